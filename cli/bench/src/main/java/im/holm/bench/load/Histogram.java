package im.holm.bench.load;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// Counts of durations in microseconds, log-linear: exact below 256 us, above that 128 cells for
/// each power of two, so that a value that is read is less than 0.8% above the one recorded.
/// Many threads may record; what is above 19 hours counts as that.
final class Histogram {
    private static final int CELLS = 128;
    private static final int CELL_BITS = 7;
    private static final int POWERS = 29;
    private static final long VALUE_US_MAX = (1L << (CELL_BITS + POWERS)) - 1;

    private final AtomicLongArray counts = new AtomicLongArray(CELLS * (POWERS + 1));
    private final AtomicLong max_us = new AtomicLong();

    void record(long value_us) {
        long value = Math.clamp(value_us, 0, VALUE_US_MAX);
        counts.incrementAndGet(cell(value));
        if (value > max_us.get()) {
            max_us.accumulateAndGet(value, Math::max);
        }
    }

    long count() {
        long sum = 0;
        for (int i = 0; i < counts.length(); i++) {
            sum += counts.get(i);
        }
        return sum;
    }

    long max_us() {
        return max_us.get();
    }

    /// The smallest value that at least this share of all values does not exceed; 0 of none.
    ///
    /// @param share 0 to 1
    long percentile_us(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * count()));
        long sum = 0;
        for (int i = 0; i < counts.length(); i++) {
            sum += counts.get(i);
            if (sum >= wanted) {
                return Math.min(highest(i), max_us.get());
            }
        }
        return max_us.get();
    }

    private static int cell(long value) {
        if (value < 2 * CELLS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - CELL_BITS - Long.numberOfLeadingZeros(value);
        return shift * CELLS + (int) (value >>> shift);
    }

    /// The highest value that falls into this cell.
    private static long highest(int cell) {
        if (cell < 2 * CELLS) {
            return cell;
        }
        int shift = cell / CELLS - 1;
        return ((long) (cell - shift * CELLS + 1) << shift) - 1;
    }
}
