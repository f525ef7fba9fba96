package im.holm.store;

import im.holm.journal.CommitLimits;
import im.holm.journal.Committer;
import im.holm.journal.JournalOpening;
import im.holm.journal.JournalStart;
import im.holm.platform.db.Database;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.nio.file.Path;
import java.time.InstantSource;

/// Journals on a database of the test.
final class JournalFixture {
    static final CommitLimits LIMITS = new CommitLimits(8_192, 512, 2 * 1024 * 1024, 2_000, 5_000);

    private JournalFixture() {}

    static Committer started(Database database, Path dataDir) {
        return started(database, dataDir, LIMITS);
    }

    static Committer started(Database database, Path dataDir, CommitLimits limits) {
        var start = start(database, dataDir, limits, InstantSource.system());
        if (start instanceof JournalStart.Started started) {
            return started.journal();
        }
        throw new AssertionError(start.line());
    }

    /// One of several writers.
    static Committer started(Database database, Path dataDir, int slot) {
        var opening = new JournalOpening(
                new PostgresJournalStore(database),
                slot,
                InstantSource.system(),
                LIMITS,
                new SimpleMeterRegistry());
        try {
            var start = opening.start(dataDir);
            if (start instanceof JournalStart.Started started) {
                return started.journal();
            }
            throw new AssertionError(start.line());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static JournalStart start(
            Database database, Path dataDir, CommitLimits limits, InstantSource time) {
        var store = new PostgresJournalStore(database);
        try {
            return new JournalOpening(store, time, limits, new SimpleMeterRegistry())
                    .start(dataDir);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
