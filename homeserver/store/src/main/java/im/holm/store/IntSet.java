package im.holm.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Ascending event numbers as bytes: varints of their distances, about a byte and a half a number
/// in the state of a large room.
final class IntSet {
    private static final int VARINT_BYTES_MAX = 5;

    private IntSet() {}

    /// @throws IllegalArgumentException if the numbers are not ascending from above 0
    static byte[] encode(int[] ascending) {
        var out = ByteBuffer.allocate(ascending.length * VARINT_BYTES_MAX);
        int last = 0;
        for (int number : ascending) {
            if (number <= last) {
                throw new IllegalArgumentException(number + " after " + last);
            }
            int distance = number - last;
            while (distance > 0x7f) {
                out.put((byte) (distance & 0x7f | 0x80));
                distance >>>= 7;
            }
            out.put((byte) distance);
            last = number;
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    static int[] decode(byte[] bytes) {
        int[] numbers = new int[bytes.length];
        int count = 0;
        int last = 0;
        int distance = 0;
        int shift = 0;
        for (byte next : bytes) {
            distance |= (next & 0x7f) << shift;
            if (next < 0) {
                shift += 7;
            } else {
                last += distance;
                numbers[count++] = last;
                distance = 0;
                shift = 0;
            }
        }
        return Arrays.copyOf(numbers, count);
    }

    /// The numbers of `base`, with `added` and without `removed`; all ascending.
    static int[] apply(int[] base, int[] added, int[] removed) {
        int[] merged = new int[base.length + added.length];
        int count = 0;
        int add = 0;
        int remove = 0;
        for (int number : base) {
            while (add < added.length && added[add] < number) {
                merged[count++] = added[add++];
            }
            while (remove < removed.length && removed[remove] < number) {
                remove++;
            }
            boolean isRemoved = remove < removed.length && removed[remove] == number;
            boolean comesAgain = add < added.length && added[add] == number;
            if (!isRemoved && !comesAgain) {
                merged[count++] = number;
            }
        }
        while (add < added.length) {
            merged[count++] = added[add++];
        }
        return Arrays.copyOf(merged, count);
    }
}
