package im.holm.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// The committer's numbers: `holm_journal_*`.
final class CommitMetrics {

    private final MeterRegistry registry;
    private final Timer commits;
    private final DistributionSummary units;
    private final Counter refused;
    private final Counter troubles;

    CommitMetrics(MeterRegistry registry) {
        this.registry = registry;
        commits = Timer.builder("holm.journal.commit")
                .description("time of one transaction")
                .publishPercentileHistogram()
                .register(registry);
        units = DistributionSummary.builder("holm.journal.batch.units")
                .description("units committed together")
                .register(registry);
        refused = Counter.builder("holm.journal.refused")
                .description("units turned down by their writers")
                .register(registry);
        troubles = Counter.builder("holm.journal.troubles")
                .description("transactions that were rolled back or lost for other reasons")
                .register(registry);
    }

    void watchQueue(IntSupplier size) {
        Gauge.builder("holm.journal.queue.units", size::getAsInt)
                .description("units that wait for the committer")
                .strongReference(true)
                .register(registry);
    }

    void committed(long nanos, int count) {
        commits.record(nanos, TimeUnit.NANOSECONDS);
        units.record(count);
    }

    void refused() {
        refused.increment();
    }

    void trouble() {
        troubles.increment();
    }
}
