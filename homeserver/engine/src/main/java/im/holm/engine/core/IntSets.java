package im.holm.engine.core;

import java.util.Arrays;

/// Sets of event numbers as ascending arrays.
final class IntSets {

    static final int[] EMPTY = {};

    private IntSets() {}

    static int[] sorted(int[] numbers) {
        int[] copy = numbers.clone();
        Arrays.sort(copy);
        int kept = 0;
        for (int i = 0; i < copy.length; i++) {
            if (i == 0 || copy[i] != copy[i - 1]) {
                copy[kept++] = copy[i];
            }
        }
        return Arrays.copyOf(copy, kept);
    }

    static boolean has(int[] set, int number) {
        return Arrays.binarySearch(set, number) >= 0;
    }

    static int[] union(int[] one, int[] other) {
        if (one.length == 0 || other.length == 0) {
            return one.length == 0 ? other : one;
        }
        int[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return sorted(all);
    }

    /// What is in `one` and not in `other`.
    static int[] minus(int[] one, int[] other) {
        if (other.length == 0) {
            return one;
        }
        int[] rest = new int[one.length];
        int kept = 0;
        for (int number : one) {
            if (!has(other, number)) {
                rest[kept++] = number;
            }
        }
        return Arrays.copyOf(rest, kept);
    }

    static int[] plus(int[] set, int number) {
        return union(set, new int[] {number});
    }
}
