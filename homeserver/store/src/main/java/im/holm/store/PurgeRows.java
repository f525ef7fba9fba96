package im.holm.store;

import im.holm.engine.core.EventFlags;
import im.holm.engine.port.RoomStore.Purge;
import im.holm.engine.port.RoomStore.Survivors;
import im.holm.platform.db.Database;

import org.jdbi.v3.core.Handle;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// Removing what is stored of a room: its history below a timeline key, or all of it
/// (docs/engine.md, section 8).
final class PurgeRows {

    /// What has no place in the timeline is as old as its number says.
    private static final String BELOW = """
            (e.tl < ? OR (e.tl IS NULL AND e.ev < (
                SELECT min(s.ev) FROM event s WHERE s.room_nid = e.room_nid AND s.tl >= ?
                    AND s.flags & %d = 0)))""".formatted(EventFlags.BACKFILLED);

    /// Tables of a room that have no event in their key, in the order of removal; the room
    /// itself comes last.
    private static final List<String> OF_ROOM = List.of(
            "current_state",
            "state_snapshot",
            "membership",
            "membership_log",
            "room_server",
            "room_summary",
            "stripped_state",
            "mention",
            "receipt",
            "missing_prev",
            "room_gap",
            "pending_redaction",
            "redacted_original",
            "inbound_pdu",
            "room_head",
            "room");

    private final Database database;

    PurgeRows(Database database) {
        this.database = database;
    }

    OptionalLong timelineFrom(long roomNid, long pos) {
        Long first = database.read(handle ->
                        Sql.list(handle, row -> (Long) row.getObject("first"), """
                        SELECT min(tl) AS first FROM event
                        WHERE room_nid = ? AND tl IS NOT NULL AND pos >= ?""", roomNid, pos))
                .getFirst();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first);
    }

    Survivors survivors(long roomNid, long cut) {
        return database.read(handle -> {
            List<Integer> snapshots =
                    Sql.list(handle, row -> row.getInt("snap"), """
                    SELECT DISTINCT s.snap
                    FROM event e, LATERAL (VALUES (e.snap_before), (e.snap_after), (e.room_snap))
                        AS s (snap)
                    WHERE e.room_nid = ? AND s.snap > 0 AND NOT\s""" + BELOW, roomNid, cut, cut);
            List<Integer> events = Sql.list(
                    handle,
                    row -> row.getInt("ev"),
                    """
                    SELECT DISTINCT a.ev
                    FROM event e, LATERAL unnest(e.auth || e.redacted_by) AS a (ev)
                    WHERE e.room_nid = ? AND a.ev > 0 AND NOT\s""" + BELOW + """

                    UNION SELECT ev FROM membership WHERE room_nid = ?
                    UNION SELECT redaction FROM pending_redaction WHERE room_nid = ?""",
                    roomNid,
                    cut,
                    cut,
                    roomNid,
                    roomNid);
            return new Survivors(ints(snapshots), ints(events));
        });
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    int purge(long roomNid, Purge purge, int limit) {
        var kept = Column.ints(Arrays.stream(purge.keptEvents()).boxed().toList(), ev -> ev);
        return database.inTransaction(handle -> {
            int removed = Sql.update(
                    handle,
                    """
                    DELETE FROM event d
                    USING (SELECT e.ev FROM event e
                           WHERE e.room_nid = ? AND NOT e.ev = ANY (?::int[]) AND\s""" + BELOW + """

                           LIMIT ?) gone
                    WHERE d.room_nid = ? AND d.ev = gone.ev""",
                    roomNid,
                    kept,
                    purge.cut(),
                    purge.cut(),
                    limit,
                    roomNid);
            if (removed < limit) {
                finish(handle, roomNid, purge);
            }
            return removed;
        });
    }

    private static void finish(Handle handle, long roomNid, Purge purge) {
        Sql.update(
                handle,
                "UPDATE event SET tl = NULL WHERE room_nid = ? AND tl < ?",
                roomNid,
                purge.cut());
        Sql.update(
                handle,
                """
                DELETE FROM state_snapshot
                WHERE room_nid = ? AND NOT snap = ANY (?::int[])""",
                roomNid,
                Column.ints(Arrays.stream(purge.keptSnapshots()).boxed().toList(), snap -> snap));
        Sql.update(
                handle, "DELETE FROM mention WHERE room_nid = ? AND tl < ?", roomNid, purge.cut());
        dropOrphans(handle, roomNid, "missing_prev", "child");
        dropOrphans(handle, roomNid, "redacted_original", "ev");
    }

    /// Rows about events that have gone.
    private static void dropOrphans(Handle handle, long roomNid, String table, String event) {
        String sql = """
                DELETE FROM %s m
                WHERE m.room_nid = ? AND NOT EXISTS (
                    SELECT 1 FROM event e WHERE e.room_nid = m.room_nid AND e.ev = m.%s)
                """;
        Sql.update(handle, sql.formatted(table, event), roomNid);
    }

    int delete(long roomNid, int limit) {
        return database.inTransaction(handle -> {
            int removed = Sql.update(handle, """
                    DELETE FROM event d
                    USING (SELECT ev FROM event WHERE room_nid = ? LIMIT ?) gone
                    WHERE d.room_nid = ? AND d.ev = gone.ev""", roomNid, limit, roomNid);
            if (removed < limit) {
                for (String table : OF_ROOM) {
                    Sql.update(handle, "DELETE FROM " + table + " WHERE room_nid = ?", roomNid);
                }
            }
            return removed;
        });
    }
}
