package im.holm.store;

import im.holm.platform.db.Database;
import im.holm.platform.jobs.Job;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// What the store does by itself from time to time.
public final class StoreUpkeep {
    /// How long the journal is kept at least; a follower or token that is older starts anew.
    private static final Duration JOURNAL_KEPT = Duration.ofDays(7);

    /// And how many of its newest rows, however old.
    private static final long JOURNAL_ROWS_KEPT = 10_000_000;

    private static final Duration PAUSE = Duration.ofHours(1);
    private static final Duration FIRST = Duration.ofMinutes(5);
    private static final int ORIGINALS_DROPPED_AT_ONCE = 5_000;

    private final Database database;
    private final InstantSource time;

    public StoreUpkeep(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    public List<Job> jobs() {
        return List.of(
                new Job("store_journal_retention", PAUSE, FIRST, this::dropOldJournal),
                new Job("store_redacted_originals", PAUSE, FIRST, this::dropOldOriginals));
    }

    void dropOldJournal() {
        new JournalPartitions(database)
                .drop(time.millis() - JOURNAL_KEPT.toMillis(), JOURNAL_ROWS_KEPT);
    }

    void dropOldOriginals() {
        int dropped;
        do {
            dropped = database.inTransaction(
                    handle -> Sql.update(handle, """
                    DELETE FROM redacted_original o
                    USING (SELECT room_nid, ev FROM redacted_original
                           WHERE drop_after_ms <= ? LIMIT ?) due
                    WHERE o.room_nid = due.room_nid AND o.ev = due.ev
                    """, time.millis(), ORIGINALS_DROPPED_AT_ONCE));
        } while (dropped == ORIGINALS_DROPPED_AT_ONCE);
    }
}
