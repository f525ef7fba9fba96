package im.holm.store;

import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.SnapshotRow;
import im.holm.journal.UnitWriter.Placed;
import im.holm.protocol.event.StateKey;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `state_snapshot` and `current_state`.
final class StateRows {

    void write(Handle handle, List<Placed<RoomAppend>> units) {
        insertSnapshots(handle, units);
        Map<Place, Integer> changes = new LinkedHashMap<>();
        for (var unit : units) {
            long roomNid = unit.rows().room().roomNid();
            for (RoomAppend.StateChange change : unit.rows().state()) {
                changes.put(new Place(roomNid, change.key()), change.ev());
            }
        }
        var set = changes.entrySet().stream()
                .filter(entry -> entry.getValue() != 0)
                .toList();
        var cleared = changes.entrySet().stream()
                .filter(entry -> entry.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
        if (!cleared.isEmpty()) {
            clear(handle, cleared);
        }
        if (!set.isEmpty()) {
            set(handle, set);
        }
    }

    private static void insertSnapshots(Handle handle, List<Placed<RoomAppend>> units) {
        var rows = new ArrayList<Snapshot>();
        for (var unit : units) {
            for (SnapshotRow row : unit.rows().snapshots()) {
                rows.add(new Snapshot(unit.rows().room().roomNid(), row));
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        Sql.update(
                handle,
                """
                INSERT INTO state_snapshot (room_nid, snap, height, parent, entries, digest, added,
                    removed)
                SELECT room_nid, snap, height, parent, entries, digest, added, removed
                FROM unnest(?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::bytea[],
                        ?::bytea[], ?::bytea[])
                    AS u (room_nid, snap, height, parent, entries, digest, added, removed)""",
                Column.bigints(rows, row -> row.roomNid),
                Column.ints(rows, row -> row.snapshot.snap()),
                Column.ints(rows, row -> row.snapshot.height()),
                Column.ints(rows, row -> row.snapshot.parent()),
                Column.ints(rows, row -> row.snapshot.entries()),
                Column.byteas(rows, row -> row.snapshot.digest()),
                Column.byteas(rows, row -> IntSet.encode(row.snapshot.added())),
                Column.byteas(rows, row -> IntSet.encode(row.snapshot.removed())));
    }

    private static void clear(Handle handle, List<Place> places) {
        Sql.update(
                handle,
                """
                DELETE FROM current_state c
                USING unnest(?::bigint[], ?::text[], ?::text[]) AS u (room_nid, type, state_key)
                WHERE c.room_nid = u.room_nid AND c.type = u.type AND c.state_key = u.state_key""",
                Column.bigints(places, place -> place.roomNid),
                Column.texts(places, place -> StoredText.of(place.key.type())),
                Column.texts(places, place -> StoredText.of(place.key.key())));
    }

    private static void set(Handle handle, List<Map.Entry<Place, Integer>> changes) {
        Sql.update(
                handle,
                """
                INSERT INTO current_state (room_nid, type, state_key, ev)
                SELECT room_nid, type, state_key, ev
                FROM unnest(?::bigint[], ?::text[], ?::text[], ?::int[])
                    AS u (room_nid, type, state_key, ev)
                ON CONFLICT (room_nid, type, state_key) DO UPDATE SET ev = excluded.ev""",
                Column.bigints(changes, change -> change.getKey().roomNid),
                Column.texts(
                        changes, change -> StoredText.of(change.getKey().key.type())),
                Column.texts(
                        changes, change -> StoredText.of(change.getKey().key.key())),
                Column.ints(changes, Map.Entry::getValue));
    }

    private record Snapshot(long roomNid, SnapshotRow snapshot) {}

    private record Place(long roomNid, StateKey key) {}
}
