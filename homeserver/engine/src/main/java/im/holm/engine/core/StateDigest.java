package im.holm.engine.core;

import im.holm.protocol.id.RoomId;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// An order-independent sum over a set of event numbers, keyed by the room: four lanes of 64 bits,
/// each the sum of a lane of SHA-256 over (room id, number). Adding and removing a number is O(1),
/// so a snapshot's digest follows from its base's.
public record StateDigest(long a, long b, long c, long d) {

    static final StateDigest ZERO = new StateDigest(0, 0, 0, 0);

    /// Length of the stored form.
    static final int BYTES = 32;

    static StateDigest ofBytes(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        return new StateDigest(
                buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    /// Of a whole set.
    public static StateDigest of(RoomId room, int[] numbers) {
        StateDigest sum = ZERO;
        for (int ev : numbers) {
            sum = sum.plus(room, ev);
        }
        return sum;
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(a)
                .putLong(b)
                .putLong(c)
                .putLong(d)
                .array();
    }

    StateDigest plus(RoomId room, int ev) {
        StateDigest term = term(room, ev);
        return new StateDigest(a + term.a, b + term.b, c + term.c, d + term.d);
    }

    StateDigest minus(RoomId room, int ev) {
        StateDigest term = term(room, ev);
        return new StateDigest(a - term.a, b - term.b, c - term.c, d - term.d);
    }

    private static StateDigest term(RoomId room, int ev) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            sha.update(room.text().getBytes(StandardCharsets.UTF_8));
            sha.update(new byte[] {
                0, (byte) (ev >>> 24), (byte) (ev >>> 16), (byte) (ev >>> 8), (byte) ev
            });
            return ofBytes(Arrays.copyOf(sha.digest(), BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
