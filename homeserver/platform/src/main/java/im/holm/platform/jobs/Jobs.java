package im.holm.platform.jobs;

import im.holm.platform.metrics.Metrics;

import io.micrometer.core.instrument.Timer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Runs a node's jobs, each on a virtual thread of its own.
public final class Jobs implements AutoCloseable {
    /// More jobs than this are a mistake.
    public static final int JOBS_MAX = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final List<Thread> threads;

    private Jobs(List<Thread> threads) {
        this.threads = threads;
    }

    public static Jobs start(List<Job> jobs, Metrics metrics) {
        Set<String> names = new HashSet<>();
        if (jobs.size() > JOBS_MAX || !jobs.stream().map(Job::name).allMatch(names::add)) {
            throw new IllegalArgumentException("too many jobs, or two of one name: " + names);
        }
        List<Thread> threads = new ArrayList<>();
        for (Job job : jobs) {
            Timer succeeded = timer(job, "succeeded", metrics);
            Timer failed = timer(job, "failed", metrics);
            threads.add(Thread.ofVirtual()
                    .name("job-" + job.name())
                    .start(() -> loop(job, succeeded, failed)));
        }
        return new Jobs(List.copyOf(threads));
    }

    private static Timer timer(Job job, String outcome, Metrics metrics) {
        return Timer.builder("holm.jobs.runs")
                .description("Runs of periodic jobs")
                .tag("job", job.name())
                .tag("outcome", outcome)
                .register(metrics.registry());
    }

    private static void loop(Job job, Timer succeeded, Timer failed) {
        try {
            Thread.sleep(job.firstDelay());
            while (true) {
                run(job, succeeded, failed);
                Thread.sleep(job.pause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Job job, Timer succeeded, Timer failed) throws InterruptedException {
        long started = System.nanoTime();
        try {
            job.work().run();
            succeeded.record(Duration.ofNanos(System.nanoTime() - started));
        } catch (RuntimeException e) {
            failed.record(Duration.ofNanos(System.nanoTime() - started));
            LOG.error("The job {} failed; it runs again in {}", job.name(), job.pause(), e);
        }
    }

    /// Interrupts every job and waits a little for those that are running.
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        try {
            for (Thread thread : threads) {
                Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
                if (!thread.join(left)) {
                    LOG.warn("{} did not stop in time", thread.getName());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
