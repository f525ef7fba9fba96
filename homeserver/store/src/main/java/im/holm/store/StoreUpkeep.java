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
    private static final int ROWS_DROPPED_AT_ONCE = 5_000;

    private final Database database;
    private final InstantSource time;

    public StoreUpkeep(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    public List<Job> jobs() {
        return List.of(
                new Job("store_journal_retention", PAUSE, FIRST, this::dropOldJournal),
                new Job("store_redacted_originals", PAUSE, FIRST, this::dropOldOriginals),
                new Job("store_read_mentions", PAUSE, FIRST, this::dropReadMentions));
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
                    """, time.millis(), ROWS_DROPPED_AT_ONCE));
        } while (dropped == ROWS_DROPPED_AT_ONCE);
    }

    /// A mention counts until its user has read past it: in its thread, or in the room whatever
    /// the thread.
    void dropReadMentions() {
        int dropped;
        do {
            dropped =
                    database.inTransaction(handle -> Sql.update(handle, """
                    DELETE FROM mention m
                    USING (
                        SELECT n.user_nid, n.room_nid, n.thread_ev, n.tl
                        FROM mention n
                        JOIN receipt r ON r.room_nid = n.room_nid AND r.user_nid = n.user_nid
                        WHERE r.kind IN (1, 2) AND r.thread_ev IN (-1, n.thread_ev)
                            AND r.tl >= n.tl
                        LIMIT ?) done
                    WHERE m.user_nid = done.user_nid AND m.room_nid = done.room_nid
                        AND m.thread_ev = done.thread_ev AND m.tl = done.tl
                    """, ROWS_DROPPED_AT_ONCE));
        } while (dropped == ROWS_DROPPED_AT_ONCE);
    }
}
