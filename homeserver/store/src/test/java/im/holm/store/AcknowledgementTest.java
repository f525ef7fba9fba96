package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.Committer;
import im.holm.journal.Unit;
import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseSettings;
import im.holm.platform.db.TestPostgres;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Durable before acknowledged. A killed process cannot show a missing flush, since the system
/// keeps what was written; the database's own positions in its log can.
class AcknowledgementTest {
    private static final int COMMITS = 50;

    @TempDir
    Path dataDir;

    @Test
    void anAcknowledgementWaitsUntilTheLogIsFlushed() {
        assertThat(flushedWhenAcknowledged("on")).isEqualTo(COMMITS);
    }

    /// Shows that the test above can fail: this is a setting that Holm refuses at start.
    @Test
    void withoutSynchronousCommitsItWouldNot() {
        assertThat(flushedWhenAcknowledged("off")).isLessThan(COMMITS);
    }

    /// Of so many commits, how many were flushed when they were acknowledged.
    private int flushedWhenAcknowledged(String synchronousCommit) {
        DatabaseSettings settings = TestPostgres.migratedSettings("store");
        try (Database first = TestPostgres.open(settings)) {
            Notes.createTable(first);
            String name = settings.jdbcUrl().replaceAll(".*/", "");
            first.useTransaction(handle -> handle.execute(
                    "ALTER DATABASE " + name + " SET synchronous_commit = " + synchronousCommit));
        }
        int flushed = 0;
        try (Database database = TestPostgres.open(settings);
                Committer journal = JournalFixture.started(database, dataDir)) {
            for (int i = 0; i < COMMITS; i++) {
                if (isFlushed(database, commit(journal))) {
                    flushed++;
                }
            }
        }
        return flushed;
    }

    /// Commits a note.
    ///
    /// @return a place in the log that lies before the commit's record
    private static String commit(Committer journal) {
        var place = new AtomicReference<String>();
        var unit = new Unit<>(
                (tx, units) -> {
                    Sql.update(tx.handle(), "INSERT INTO note (pos, text) VALUES (0, 'logged')");
                    place.set(Sql.list(
                                    tx.handle(),
                                    row -> row.getString("lsn"),
                                    "SELECT pg_current_wal_insert_lsn()::text AS lsn")
                            .getFirst());
                    return List.of();
                },
                "logged",
                List.of(),
                1);
        assertThat(journal.commit(unit)).isInstanceOf(Committed.class);
        return place.get();
    }

    private static boolean isFlushed(Database database, String place) {
        return database.read(handle -> Sql.list(
                        handle,
                        row -> row.getBoolean("flushed"),
                        "SELECT pg_current_wal_flush_lsn() > ?::text::pg_lsn AS flushed",
                        place))
                .getFirst();
    }
}
