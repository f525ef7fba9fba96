package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.Committer;
import im.holm.journal.Follower;
import im.holm.journal.FollowerRunner;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

class FollowerTest {
    @TempDir
    Path dataDir;

    private final Notes notes = new Notes();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CopyOnWriteArrayList<Long> read = new CopyOnWriteArrayList<>();
    private Database database;
    private Committer journal;

    @BeforeEach
    void start() {
        database = TestPostgres.migrated("store");
        Notes.createTable(database);
        journal = JournalFixture.started(database, dataDir);
    }

    @AfterEach
    void stop() {
        journal.close();
        database.close();
    }

    @Test
    void aFollowerReadsEverythingInOrder() {
        long before = commit();
        try (var runner = runner(this::take)) {
            runner.start();
            long after = commit();

            await().until(() -> read.contains(after));
            assertThat(read).containsExactly(before, after);
            assertThat(lag()).isZero();
        }
    }

    @Test
    void aRestartGoesOnWhereItStopped() {
        try (var runner = runner(this::take)) {
            runner.start();
            long first = commit();
            await().until(() -> read.contains(first));
        }
        long second = commit();
        read.clear();

        try (var runner = runner(this::take)) {
            runner.start();
            await().until(() -> read.contains(second));
            assertThat(read).containsExactly(second);
        }
    }

    @Test
    void aFollowerThatFailsIsGivenTheSameAgain() {
        var failures = new AtomicInteger();
        try (var runner = runner(entries -> {
            if (failures.getAndIncrement() == 0) {
                throw new IllegalStateException("once, on purpose");
            }
            take(entries);
        })) {
            runner.start();
            long position = commit();

            await().until(() -> read.contains(position));
            assertThat(read).containsExactly(position);
        }
    }

    @Test
    void moreThanABatchIsReadInBatches() {
        var sizes = new CopyOnWriteArrayList<Integer>();
        journal.commit(notes.unitOfFacts("many", Follower.BATCH_MAX + 100));
        try (var runner = runner(entries -> {
            sizes.add(entries.size());
            take(entries);
        })) {
            runner.start();

            await().until(() -> read.size() == Follower.BATCH_MAX + 100);
            assertThat(sizes).containsExactly(Follower.BATCH_MAX, 100);
            assertThat(read).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aFollowerThatMissedWhatWasDroppedRebuildsOnce() {
        long lost = commit();
        database.useTransaction(handle -> {
            handle.execute("DELETE FROM journal");
            handle.createUpdate("INSERT INTO journal_dropped (slot, pos) VALUES (0, :pos)")
                    .bind("pos", lost)
                    .execute();
        });
        var rebuilt = new CopyOnWriteArrayList<Vector>();
        var follower = new Follower("test", this::take, rebuilt::add);
        try (var runner = new FollowerRunner(
                journal,
                new PostgresFollowerCursors(database),
                InstantSource.system(),
                registry,
                List.of(follower))) {
            runner.start();
            await().until(() -> !rebuilt.isEmpty());
            long next = commit();

            await().until(() -> read.contains(next));
            assertThat(read).containsExactly(next);
            assertThat(rebuilt).hasSize(1);
            assertThat(rebuilt.getFirst().covers(lost)).isTrue();
        }
    }

    @Test
    void afterAnHourOfQuietTheLagOfANewFactIsItsOwnAge() throws InterruptedException {
        var hourLater = new AtomicBoolean();
        var looks = new AtomicInteger();
        InstantSource time = () -> {
            looks.incrementAndGet();
            return InstantSource.system().instant().plusSeconds(hourLater.get() ? 3_600 : 0);
        };
        var blocked = new CountDownLatch(1);
        var entered = new CountDownLatch(2);
        var follower = new Follower(
                "test",
                entries -> {
                    entered.countDown();
                    if (hourLater.get()) {
                        awaitQuietly(blocked);
                    }
                    take(entries);
                },
                now -> {
                    throw new AssertionError("nothing was dropped");
                });
        try (var runner = new FollowerRunner(
                journal,
                new PostgresFollowerCursors(database),
                time,
                registry,
                List.of(follower))) {
            runner.start();
            long first = commit();
            await().until(() -> read.contains(first));
            hourLater.set(true);
            int before = looks.get();
            await().until(() -> looks.get() > before + 8); // it looks around every second
            commit();
            assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(lag()).isBetween(0.0, 60.0);
            blocked.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FollowerRunner runner(Follower.Reader reader) {
        var follower = new Follower("test", reader, now -> {
            throw new AssertionError("nothing was dropped");
        });
        return new FollowerRunner(
                journal,
                new PostgresFollowerCursors(database),
                InstantSource.system(),
                registry,
                List.of(follower));
    }

    private void take(List<JournalEntry> entries) {
        entries.forEach(entry -> read.add(entry.position()));
    }

    private double lag() {
        return registry.get("holm.journal.follower.lag").gauge().value();
    }

    private long commit() {
        return ((Committed) journal.commit(notes.unit("note"))).positions()[0];
    }
}
