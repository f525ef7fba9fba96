package im.holm.rooms;

import im.holm.engine.core.EventFlags;
import im.holm.platform.db.Database;
import im.holm.slice.Receipts;

/// How much is unread: counts over the store's tables `event` and `mention`, which this class only
/// reads. The count of events is answered from one index.
final class UnreadTable {

    private final Database database;

    UnreadTable(Database database) {
        this.database = database;
    }

    /// Events of others after the timeline key `after` and up to `upTo` that count as unread.
    int events(long roomNid, long userNid, long after, long upTo) {
        return database.read(handle -> handle.createQuery("""
                        SELECT count(*) FROM (
                          SELECT 1 FROM event
                          WHERE room_nid = :room AND tl > :after AND tl <= :upTo
                            AND flags & :countable <> 0 AND sender_nid <> :user
                          LIMIT :limit) AS unread""")
                .bind("room", roomNid)
                .bind("after", after)
                .bind("upTo", upTo)
                .bind("countable", EventFlags.COUNTABLE)
                .bind("user", userNid)
                .bind("limit", Receipts.UNREAD_MAX)
                .mapTo(Integer.class)
                .one());
    }

    /// Events after the timeline key `after` and up to `upTo` that mention the user.
    int highlights(long roomNid, long userNid, long after, long upTo) {
        return database.read(handle -> handle.createQuery("""
                        SELECT count(*) FROM (
                          SELECT 1 FROM mention
                          WHERE user_nid = :user AND room_nid = :room
                            AND tl > :after AND tl <= :upTo
                          LIMIT :limit) AS unread""")
                .bind("user", userNid)
                .bind("room", roomNid)
                .bind("after", after)
                .bind("upTo", upTo)
                .bind("limit", Receipts.UNREAD_MAX)
                .mapTo(Integer.class)
                .one());
    }
}
