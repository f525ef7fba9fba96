package im.holm.store;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.TxnKey;
import im.holm.engine.port.RoomStore.Located;
import im.holm.journal.Position;
import im.holm.platform.db.Database;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Reading `event`. Rows come from the database with numbers for their senders; the names follow
/// from the cache, or for all of an answer in one more statement.
final class EventReads {
    private static final String COLUMNS = """
            e.tl, e.pos, e.sender_nid, e.depth, e.origin_ts, e.txn_device, e.ev, e.flags,
            e.snap_before, e.snap_after, e.room_snap, e.rel_ev, e.redacted_by, e.rel_type,
            e.event_id, e.type, e.state_key, e.prev, e.auth, e.txn_key, e.txn_id, e.json
            """;

    /// Rows that a walk down the timeline takes at a time, at least.
    private static final int WALK_ROWS = 64;

    private final Database database;
    private final PostgresIdentities identities;

    EventReads(Database database, PostgresIdentities identities) {
        this.database = database;
        this.identities = identities;
    }

    List<EventRow> events(long roomNid, int[] evs) {
        if (evs.length == 0) {
            return List.of();
        }
        return rows("SELECT " + COLUMNS + """
                        FROM unnest(?::int[]) WITH ORDINALITY AS u (ev, place)
                        JOIN event e ON e.room_nid = ? AND e.ev = u.ev
                        ORDER BY u.place""", Column.ofInts(evs), roomNid);
    }

    Map<EventId, EventRow> events(long roomNid, Collection<EventId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        var rows = rows(
                "SELECT " + COLUMNS
                        + "FROM event e WHERE e.room_nid = ? AND e.event_id = ANY (?::bytea[])",
                roomNid,
                Column.byteas(List.copyOf(ids), EventId::bytes));
        Map<EventId, EventRow> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.eventId(), row));
        return byId;
    }

    Optional<Located> locate(EventId eventId) {
        return database
                .read(handle -> Sql.list(
                        handle,
                        row -> new Located(
                                row.getLong("room_nid"),
                                RoomId.of(row.getString("room_id")),
                                row.getInt("ev")),
                        """
                        SELECT e.room_nid, r.room_id, e.ev
                        FROM event e JOIN room r ON r.room_nid = e.room_nid
                        WHERE e.event_id = ? ORDER BY e.room_nid LIMIT 1""",
                        eventId.bytes()))
                .stream()
                .findFirst();
    }

    List<EventRow> stateEvents(long roomNid) {
        return rows(
                "SELECT " + COLUMNS
                        + "FROM event e WHERE e.room_nid = ? AND e.state_key IS NOT NULL"
                        + " ORDER BY e.ev",
                roomNid);
    }

    List<EventRow> timeline(long roomNid, long from, boolean backwards, int limit) {
        String condition = backwards
                ? "AND e.tl < ? ORDER BY e.tl DESC LIMIT ?"
                : "AND e.tl > ? ORDER BY e.tl LIMIT ?";
        return rows(
                "SELECT " + COLUMNS + "FROM event e WHERE e.room_nid = ? AND e.tl IS NOT NULL "
                        + condition,
                roomNid,
                from,
                limit);
    }

    /// Walks down from the top until a row is not new any more. Of one slot, positions of live
    /// events ascend with their timeline keys; what lies between was filled into a gap later
    /// and has no position.
    List<EventRow> live(long roomNid, long afterPos, long uptoPos, int limit) {
        var found = new ArrayList<EventRow>();
        long from = Long.MAX_VALUE;
        while (found.size() < limit) {
            int wanted = Math.max(limit - found.size(), WALK_ROWS);
            var page = timeline(roomNid, from, true, wanted);
            for (EventRow row : page) {
                boolean ofSlot =
                        row.pos() != 0 && Position.slot(row.pos()) == Position.slot(uptoPos);
                if (ofSlot && row.pos() <= afterPos) {
                    return found;
                }
                if (ofSlot && row.pos() <= uptoPos && found.size() < limit) {
                    found.add(row);
                }
                from = row.tl();
            }
            if (page.size() < wanted) {
                return found;
            }
        }
        return found;
    }

    List<EventRow> childrenOf(long roomNid, int[] evs, int limit) {
        if (evs.length == 0) {
            return List.of();
        }
        return rows("SELECT " + COLUMNS + """
                        FROM event e
                        WHERE e.room_nid = ? AND e.prev && ?::int[]
                        ORDER BY e.ev LIMIT ?""", roomNid, Column.ofInts(evs), limit);
    }

    Optional<EventId> byTransaction(long roomNid, long deviceNid, byte[] key) {
        return database
                .read(handle -> Sql.list(
                        handle,
                        row -> EventId.ofBytes(row.getBytes("event_id")),
                        """
                        SELECT event_id FROM event
                        WHERE room_nid = ? AND txn_device = ? AND txn_key = ?""",
                        roomNid,
                        deviceNid,
                        key))
                .stream()
                .findFirst();
    }

    private List<EventRow> rows(String sql, Object... parameters) {
        var raw = database.read(handle -> Sql.list(handle, EventReads::raw, sql, parameters));
        var senders = identities.users(raw.stream().map(Raw::senderNid).toList());
        return raw.stream()
                .map(row -> row.sentBy.apply(senders.get(row.senderNid)))
                .toList();
    }

    private static Raw raw(ResultSet row) throws SQLException {
        int ev = row.getInt("ev");
        var eventId = EventId.ofBytes(row.getBytes("event_id"));
        int flags = row.getInt("flags");
        long stored = row.getLong("tl");
        long tl = row.wasNull() ? EventRow.NO_TL : stored;
        long pos = row.getLong("pos");
        String type = StoredText.read(row.getString("type"));
        var stateKey = Optional.ofNullable(StoredText.read(row.getString("state_key")));
        long depth = row.getLong("depth");
        long originTs = row.getLong("origin_ts");
        int[] prev = Sql.ints(row, "prev");
        int[] auth = Sql.ints(row, "auth");
        int before = row.getInt("snap_before");
        int after = row.getInt("snap_after");
        int roomSnap = row.getInt("room_snap");
        var relation = relation(row);
        var txn = txn(row);
        int redactedBy = row.getInt("redacted_by");
        byte[] json = row.getBytes("json");
        return new Raw(
                row.getLong("sender_nid"),
                sender -> new EventRow(
                        ev,
                        eventId,
                        flags,
                        tl,
                        pos,
                        EventRow.NO_FACT,
                        type,
                        stateKey,
                        sender,
                        depth,
                        originTs,
                        prev,
                        auth,
                        before,
                        after,
                        roomSnap,
                        relation,
                        txn,
                        redactedBy,
                        json));
    }

    private static Optional<EventRow.Relation> relation(ResultSet row) throws SQLException {
        int ev = row.getInt("rel_ev");
        return row.wasNull()
                ? Optional.empty()
                : Optional.of(new EventRow.Relation(row.getShort("rel_type"), ev));
    }

    private static Optional<TxnKey> txn(ResultSet row) throws SQLException {
        long device = row.getLong("txn_device");
        return row.wasNull()
                ? Optional.empty()
                : Optional.of(new TxnKey(
                        device, StoredText.read(row.getString("txn_id")), row.getBytes("txn_key")));
    }

    /// A row whose sender is still a number.
    private record Raw(long senderNid, Function<UserId, EventRow> sentBy) {}
}
