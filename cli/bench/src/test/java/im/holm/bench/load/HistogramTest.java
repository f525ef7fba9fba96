package im.holm.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.SplittableRandom;

class HistogramTest {
    private final Histogram histogram = new Histogram();

    @Test
    void ofNothingEverythingIsZero() {
        assertThat(histogram.count()).isZero();
        assertThat(histogram.percentile_us(0.99)).isZero();
        assertThat(histogram.max_us()).isZero();
    }

    @Test
    void smallValuesAreExact() {
        for (int value = 1; value <= 200; value++) {
            histogram.record(value);
        }
        assertThat(histogram.percentile_us(0.5)).isEqualTo(100);
        assertThat(histogram.percentile_us(0.99)).isEqualTo(198);
        assertThat(histogram.percentile_us(1)).isEqualTo(200);
    }

    @Test
    void aPercentileIsNeverBelowTheTrueOneAndLessThanOnePercentAbove() {
        var random = new SplittableRandom(7);
        long[] values = new long[20_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 22);
            histogram.record(values[i]);
        }
        Arrays.sort(values);
        for (double share : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 0.999}) {
            long exact = values[(int) Math.ceil(share * values.length) - 1];
            assertThat(histogram.percentile_us(share)).isBetween(exact, exact + exact / 100 + 1);
        }
    }

    @Test
    void valuesBeyondItsRangeCountAtItsEnds() {
        histogram.record(-5);
        histogram.record(Long.MAX_VALUE);
        assertThat(histogram.count()).isEqualTo(2);
        assertThat(histogram.percentile_us(0.5)).isZero();
        assertThat(histogram.max_us()).isEqualTo((1L << 36) - 1);
    }
}
