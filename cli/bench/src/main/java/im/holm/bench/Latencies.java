package im.holm.bench;

import java.util.Arrays;

/// How long each of a series of operations took.
///
/// @param sorted_ns nanoseconds, ascending
record Latencies(long[] sorted_ns) {
    Latencies {
        if (sorted_ns.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        sorted_ns = sorted_ns.clone();
        Arrays.sort(sorted_ns);
    }

    /// @param share 0.5 for the median
    double percentile_ms(double share) {
        int index = (int) Math.ceil(share * sorted_ns.length) - 1;
        return sorted_ns[Math.clamp(index, 0, sorted_ns.length - 1)] / 1e6;
    }

    int count() {
        return sorted_ns.length;
    }

    /// The cells `p50 | p95 | p99 | worst` of a table, in milliseconds.
    String cells() {
        return "%.1f | %.1f | %.1f | %.1f"
                .formatted(
                        percentile_ms(0.50),
                        percentile_ms(0.95),
                        percentile_ms(0.99),
                        percentile_ms(1));
    }
}
