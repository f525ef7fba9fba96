package im.holm.rooms;

import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;

import org.jdbi.v3.core.result.RowView;

import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/// How far users have read: the store's table `receipt`, whose writer this is. A receipt never
/// moves
/// back.
final class ReceiptTable {

    /// `kind` of `m.read`.
    static final short READ = 1;

    /// `kind` of `m.read.private`.
    static final short READ_PRIVATE = 2;

    /// `thread_ev` of a receipt that is not about a thread.
    static final int UNTHREADED = -1;

    /// `thread_ev` of the main timeline.
    static final int MAIN_THREAD = 0;

    /// Receipts that one answer gives, at most; the newest ones.
    static final int ROWS_MAX = 5000;

    private final Database database;
    private final UnitWriter<Row> writer = ReceiptTable::write;

    ReceiptTable(Database database) {
        this.database = database;
    }

    /// @param threadEv number of the thread's root, [#UNTHREADED] or [#MAIN_THREAD]
    /// @param ev the event read
    /// @param tl its timeline key
    /// @param ts when it was read, milliseconds since 1970
    record Row(long roomNid, long userNid, short kind, int threadEv, int ev, long tl, long ts) {}

    record Stored(Row row, long position) {}

    UnitWriter<Row> writer() {
        return writer;
    }

    /// Receipts of these rooms that changed above `position`; private ones of `userNid` only.
    List<Stored> since(Collection<Long> rooms, long userNid, long position) {
        if (rooms.isEmpty()) {
            return List.of();
        }
        return database.read(handle -> handle.createQuery("""
                        SELECT room_nid, user_nid, kind, thread_ev, ev, tl, ts, pos FROM receipt
                        WHERE room_nid = ANY (:rooms) AND pos > :pos
                          AND (kind = 1 OR user_nid = :user)
                        ORDER BY pos DESC LIMIT :limit""")
                .bindArray("rooms", Long.class, rooms.toArray())
                .bind("pos", position)
                .bind("user", userNid)
                .bind("limit", ROWS_MAX)
                .map(ReceiptTable::stored)
                .list());
    }

    /// Timeline key up to which the user has read the room, by the further of both kinds.
    OptionalLong readUpTo(long roomNid, long userNid) {
        return database.read(handle -> handle.createQuery("""
                        SELECT max(tl) FROM receipt
                        WHERE room_nid = :room AND user_nid = :user AND thread_ev <= 0""")
                .bind("room", roomNid)
                .bind("user", userNid)
                .mapTo(Long.class)
                .findOne()
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty()));
    }

    private static List<UnitWriter.Refusal> write(Tx tx, List<UnitWriter.Placed<Row>> units) {
        try (var batch = tx.handle().prepareBatch("""
                INSERT INTO receipt AS known
                  (room_nid, user_nid, kind, thread_ev, ev, tl, ts, pos)
                VALUES (:room, :user, :kind, :thread, :ev, :tl, :ts, :pos)
                ON CONFLICT (room_nid, user_nid, kind, thread_ev) DO UPDATE
                SET ev = excluded.ev, tl = excluded.tl, ts = excluded.ts, pos = excluded.pos
                WHERE known.tl < excluded.tl""")) {
            for (var unit : units) {
                Row row = unit.rows();
                batch.bind("room", row.roomNid())
                        .bind("user", row.userNid())
                        .bind("kind", row.kind())
                        .bind("thread", row.threadEv())
                        .bind("ev", row.ev())
                        .bind("tl", row.tl())
                        .bind("ts", row.ts())
                        .bind("pos", unit.positions()[0])
                        .add();
            }
            batch.execute();
        }
        return List.of();
    }

    private static Stored stored(RowView row) {
        return new Stored(
                new Row(
                        row.getColumn("room_nid", Long.class),
                        row.getColumn("user_nid", Long.class),
                        row.getColumn("kind", Short.class),
                        row.getColumn("thread_ev", Integer.class),
                        row.getColumn("ev", Integer.class),
                        row.getColumn("tl", Long.class),
                        row.getColumn("ts", Long.class)),
                row.getColumn("pos", Long.class));
    }
}
