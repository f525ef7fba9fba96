package im.holm.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.holm.platform.metrics.Metrics;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

class JobsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void aJobThatFailsRunsAgain() {
        AtomicInteger runs = new AtomicInteger();
        Job failing = Job.every("failing", Duration.ofMillis(50), () -> {
            runs.incrementAndGet();
            throw new IllegalStateException("on purpose");
        });
        try (Jobs _ = Jobs.start(List.of(failing), metrics)) {
            await().atMost(Duration.ofSeconds(5)).until(() -> runs.get() > 2);
        }
        assertThat(metrics.scrape()).contains("job=\"failing\",outcome=\"failed\"");
    }

    @Test
    void aJobNeverOverlapsItself() {
        AtomicInteger running = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        AtomicInteger runs = new AtomicInteger();
        Job slow = Job.every("slow", Duration.ofMillis(1), () -> {
            overlapped.compareAndSet(false, running.incrementAndGet() > 1);
            new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
            running.decrementAndGet();
            runs.incrementAndGet();
        });
        try (Jobs _ = Jobs.start(List.of(slow), metrics)) {
            await().atMost(Duration.ofSeconds(5)).until(() -> runs.get() > 5);
        }
        assertThat(overlapped).isFalse();
    }

    @Test
    void stoppingInterruptsWhatRuns() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Job endless = new Job("endless", Duration.ofMillis(1), Duration.ZERO, () -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        });
        Jobs jobs = Jobs.start(List.of(endless), metrics);
        assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
        jobs.close();

        assertThat(interrupted).isTrue();
    }

    @Test
    void twoJobsOfOneNameAreAMistake() {
        Job job = Job.every("same", Duration.ofSeconds(1), () -> {});

        assertThatThrownBy(() -> Jobs.start(List.of(job, job), metrics))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
