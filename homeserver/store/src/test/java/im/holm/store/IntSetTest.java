package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Random;
import java.util.TreeSet;

class IntSetTest {

    @Test
    void numbersAreReadBackAsTheyWereWritten() {
        var random = new Random(1);
        for (int round = 0; round < 500; round++) {
            int[] numbers = random.ints(random.nextInt(50), 1, 1 << 1 + random.nextInt(30))
                    .sorted()
                    .distinct()
                    .toArray();
            assertThat(IntSet.decode(IntSet.encode(numbers))).isEqualTo(numbers);
        }
        int[] extremes = {1, Integer.MAX_VALUE};
        assertThat(IntSet.decode(IntSet.encode(extremes))).isEqualTo(extremes);
    }

    @Test
    void aDenseSetTakesAByteANumber() {
        int[] numbers = new int[1_000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = 3 * i + 1;
        }
        assertThat(IntSet.encode(numbers)).hasSize(1_000);
    }

    @Test
    void whatDoesNotAscendIsABug() {
        assertThatThrownBy(() -> IntSet.encode(new int[] {2, 2}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IntSet.encode(new int[] {0}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDifferenceIsAppliedAsToASet() {
        var random = new Random(2);
        for (int round = 0; round < 500; round++) {
            int[] base = some(random);
            int[] added = some(random);
            int[] removed = some(random);
            var expected = new TreeSet<Integer>();
            for (int number : base) {
                expected.add(number);
            }
            for (int number : removed) {
                expected.remove(number);
            }
            for (int number : added) {
                expected.add(number);
            }
            assertThat(IntSet.apply(base, added, removed))
                    .isEqualTo(expected.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    private static int[] some(Random random) {
        return random.ints(random.nextInt(20), 1, 40).sorted().distinct().toArray();
    }
}
