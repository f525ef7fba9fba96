package im.holm.bench.load;

import java.util.concurrent.atomic.LongAdder;

/// What a run counts while it runs, for its progress lines, its series and its report.
final class Tally {
    final LongAdder acknowledged = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder delivered = new LongAdder();
    final LongAdder doubled = new LongAdder();
    final LongAdder outOfOrder = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final Histogram send = new Histogram();
    final Histogram sync = new Histogram();
    final Errors errors = new Errors();

    private volatile Histogram sendSecond = new Histogram();
    private volatile Histogram syncSecond = new Histogram();
    private volatile long worstLate_ns;

    /// From when on latencies count: what was due before was to warm up.
    private volatile long measure_ns = Long.MAX_VALUE;

    void measureFrom(long measure_ns) {
        this.measure_ns = measure_ns;
    }

    void sent(long due_ns, long now_ns) {
        acknowledged.increment();
        record(send, sendSecond, due_ns, now_ns);
    }

    void arrived(long due_ns, long now_ns) {
        delivered.increment();
        record(sync, syncSecond, due_ns, now_ns);
    }

    void late(long late_ns) {
        if (late_ns > worstLate_ns) {
            worstLate_ns = late_ns;
        }
    }

    private void record(Histogram all, Histogram second, long due_ns, long now_ns) {
        long latency_us = (now_ns - due_ns) / 1_000;
        second.record(latency_us);
        if (due_ns >= measure_ns) {
            all.record(latency_us);
        }
    }

    /// One second of a run.
    record Second(
            double at_s,
            double sent_per_s,
            double delivered_per_s,
            long send_p99_us,
            long sync_p50_us,
            long sync_p99_us,
            double late_s,
            long errors) {
        String json() {
            return "[" + Json.number(at_s) + ", " + Json.number(sent_per_s) + ", "
                    + Json.number(delivered_per_s) + ", " + Json.number(send_p99_us / 1e3) + ", "
                    + Json.number(sync_p50_us / 1e3) + ", " + Json.number(sync_p99_us / 1e3) + ", "
                    + Json.number(late_s) + ", " + errors + "]";
        }
    }

    /// What came since the last call, as a second's figures.
    Second second(double at_s, double length_s, long sentBefore, long deliveredBefore) {
        Histogram send = sendSecond;
        Histogram sync = syncSecond;
        sendSecond = new Histogram();
        syncSecond = new Histogram();
        double late_s = worstLate_ns / 1e9;
        worstLate_ns = 0;
        return new Second(
                at_s,
                (acknowledged.sum() - sentBefore) / length_s,
                (delivered.sum() - deliveredBefore) / length_s,
                send.percentile_us(0.99),
                sync.percentile_us(0.5),
                sync.percentile_us(0.99),
                late_s,
                errors.sum());
    }
}
