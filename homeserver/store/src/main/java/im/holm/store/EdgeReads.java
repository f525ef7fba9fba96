package im.holm.store;

import im.holm.engine.core.GapReason;
import im.holm.engine.port.RoomStore.StoredGap;
import im.holm.platform.db.Database;
import im.holm.protocol.id.EventId;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reading what is not there yet: `missing_prev`, `room_gap` and `pending_redaction`.
final class EdgeReads {
    private final Database database;

    EdgeReads(Database database) {
        this.database = database;
    }

    List<StoredGap> gaps(long roomNid) {
        return database.read(handle -> Sql.list(handle, EdgeReads::gap, """
                SELECT gap, tl_below, tl_above, reason, prev
                FROM room_gap WHERE room_nid = ? ORDER BY tl_above DESC, gap""", roomNid));
    }

    private static StoredGap gap(ResultSet row) throws SQLException {
        var prev = new ArrayList<EventId>();
        for (byte[] id : (byte[][]) row.getArray("prev").getArray()) {
            prev.add(EventId.ofBytes(id));
        }
        return new StoredGap(
                row.getInt("gap"),
                row.getLong("tl_below"),
                row.getLong("tl_above"),
                GapReason.ofCode(row.getShort("reason")),
                prev);
    }

    Map<EventId, List<Integer>> missing(long roomNid) {
        Map<EventId, List<Integer>> missing = new HashMap<>();
        database.read(handle -> Sql.list(
                        handle,
                        row -> Map.entry(
                                EventId.ofBytes(row.getBytes("event_id")), row.getInt("child")),
                        """
                        SELECT event_id, child FROM missing_prev
                        WHERE room_nid = ? ORDER BY child""",
                        roomNid))
                .forEach(edge -> missing.computeIfAbsent(edge.getKey(), id -> new ArrayList<>())
                        .add(edge.getValue()));
        return missing;
    }

    /// The first redaction of each target: one is enough.
    Map<EventId, Integer> pendingRedactions(long roomNid) {
        Map<EventId, Integer> pending = new HashMap<>();
        database.read(handle -> Sql.list(
                        handle,
                        row -> Map.entry(
                                EventId.ofBytes(row.getBytes("target")), row.getInt("redaction")),
                        """
                        SELECT target, redaction FROM pending_redaction
                        WHERE room_nid = ? ORDER BY redaction""",
                        roomNid))
                .forEach(row -> pending.putIfAbsent(row.getKey(), row.getValue()));
        return pending;
    }
}
