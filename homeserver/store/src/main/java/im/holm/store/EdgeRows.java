package im.holm.store;

import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.journal.UnitWriter.Placed;
import im.holm.protocol.id.EventId;

import org.jdbi.v3.core.Handle;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What is not there yet: `missing_prev`, `room_gap` and `pending_redaction`.
final class EdgeRows {

    void write(Handle handle, List<Placed<RoomAppend>> units) {
        writeMissing(handle, units);
        writeGaps(handle, units);
        writePendingRedactions(handle, units);
    }

    private static void writeMissing(Handle handle, List<Placed<RoomAppend>> units) {
        Map<Edge, Boolean> edges = new LinkedHashMap<>();
        for (var unit : units) {
            long roomNid = unit.rows().room().roomNid();
            for (RoomAppend.MissingChange change : unit.rows().missing()) {
                edges.put(new Edge(roomNid, change.eventId(), change.child()), change.satisfied());
            }
        }
        var gone = keysWith(edges, true);
        var come = keysWith(edges, false);
        if (!gone.isEmpty()) {
            Sql.update(handle, """
                    DELETE FROM missing_prev m
                    USING unnest(?::bigint[], ?::bytea[], ?::int[]) AS u (room_nid, event_id, child)
                    WHERE m.room_nid = u.room_nid AND m.event_id = u.event_id
                        AND m.child = u.child""", edgeColumns(gone));
        }
        if (!come.isEmpty()) {
            Sql.update(handle, """
                    INSERT INTO missing_prev (room_nid, event_id, child)
                    SELECT room_nid, event_id, child
                    FROM unnest(?::bigint[], ?::bytea[], ?::int[]) AS u (room_nid, event_id, child)
                    ON CONFLICT DO NOTHING""", edgeColumns(come));
        }
    }

    private static void writePendingRedactions(Handle handle, List<Placed<RoomAppend>> units) {
        Map<Edge, Boolean> edges = new LinkedHashMap<>();
        for (var unit : units) {
            long roomNid = unit.rows().room().roomNid();
            for (RoomAppend.PendingRedaction change : unit.rows().pendingRedactions()) {
                edges.put(new Edge(roomNid, change.target(), change.redaction()), change.settled());
            }
        }
        var gone = keysWith(edges, true);
        var come = keysWith(edges, false);
        if (!gone.isEmpty()) {
            Sql.update(handle, """
                    DELETE FROM pending_redaction p
                    USING unnest(?::bigint[], ?::bytea[], ?::int[])
                        AS u (room_nid, target, redaction)
                    WHERE p.room_nid = u.room_nid AND p.target = u.target
                        AND p.redaction = u.redaction""", edgeColumns(gone));
        }
        if (!come.isEmpty()) {
            Sql.update(handle, """
                    INSERT INTO pending_redaction (room_nid, target, redaction)
                    SELECT room_nid, target, redaction
                    FROM unnest(?::bigint[], ?::bytea[], ?::int[])
                        AS u (room_nid, target, redaction)
                    ON CONFLICT DO NOTHING""", edgeColumns(come));
        }
    }

    private static List<Edge> keysWith(Map<Edge, Boolean> edges, boolean wanted) {
        return edges.entrySet().stream()
                .filter(edge -> edge.getValue() == wanted)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Object[] edgeColumns(List<Edge> edges) {
        return new Object[] {
            Column.bigints(edges, Edge::roomNid),
            Column.byteas(edges, edge -> edge.target.bytes()),
            Column.ints(edges, Edge::from)
        };
    }

    private static void writeGaps(Handle handle, List<Placed<RoomAppend>> units) {
        Map<GapKey, GapChange> gaps = new LinkedHashMap<>();
        for (var unit : units) {
            long roomNid = unit.rows().room().roomNid();
            for (GapChange change : unit.rows().gaps()) {
                gaps.put(new GapKey(roomNid, change.gap()), change);
            }
        }
        var closed =
                gaps.entrySet().stream().filter(gap -> gap.getValue().closed()).toList();
        var open =
                gaps.entrySet().stream().filter(gap -> !gap.getValue().closed()).toList();
        if (!closed.isEmpty()) {
            Sql.update(
                    handle,
                    """
                    DELETE FROM room_gap g
                    USING unnest(?::bigint[], ?::int[]) AS u (room_nid, gap)
                    WHERE g.room_nid = u.room_nid AND g.gap = u.gap""",
                    Column.bigints(closed, gap -> gap.getKey().roomNid),
                    Column.ints(closed, gap -> gap.getKey().gap));
        }
        if (!open.isEmpty()) {
            Sql.update(
                    handle,
                    """
                    INSERT INTO room_gap (room_nid, gap, tl_below, tl_above, reason, prev)
                    SELECT room_nid, gap, tl_below, tl_above, reason, prev::bytea[]
                    FROM unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::smallint[],
                            ?::text[])
                        AS u (room_nid, gap, tl_below, tl_above, reason, prev)
                    ON CONFLICT (room_nid, gap) DO UPDATE
                    SET tl_below = excluded.tl_below, tl_above = excluded.tl_above,
                        reason = excluded.reason, prev = excluded.prev""",
                    Column.bigints(open, gap -> gap.getKey().roomNid),
                    Column.ints(open, gap -> gap.getKey().gap),
                    Column.bigints(open, gap -> gap.getValue().tlBelow()),
                    Column.bigints(open, gap -> gap.getValue().tlAbove()),
                    Column.smallints(open, gap -> gap.getValue().reason().code()),
                    Column.texts(open, gap -> literal(gap.getValue().prev())));
        }
    }

    /// An array of bytea as text: `unnest` flattens arrays of arrays.
    private static String literal(List<EventId> ids) {
        return ids.stream()
                .map(id -> "\"\\\\x" + HexFormat.of().formatHex(id.bytes()) + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    /// @param from the event here that points at the target
    private record Edge(long roomNid, EventId target, int from) {}

    private record GapKey(long roomNid, int gap) {}
}
