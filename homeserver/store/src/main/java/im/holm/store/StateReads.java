package im.holm.store;

import im.holm.engine.core.SnapshotRow;
import im.holm.platform.db.Database;
import im.holm.protocol.event.StateKey;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reading `state_snapshot` and `current_state`.
final class StateReads {
    private final Database database;

    StateReads(Database database) {
        this.database = database;
    }

    /// The chain of deltas in one statement: the row of height h, its parent of height
    /// `h & (h - 1)` and so on to height 0, at most as many as h has bits.
    int[] snapshot(long roomNid, int snap) {
        if (snap == 0) {
            return new int[0];
        }
        List<SnapshotRow> chain = database.read(
                handle -> Sql.list(handle, StateReads::row, """
                WITH RECURSIVE chain AS (
                    SELECT snap, height, parent, entries, digest, added, removed
                    FROM state_snapshot WHERE room_nid = ? AND snap = ?
                    UNION ALL
                    SELECT s.snap, s.height, s.parent, s.entries, s.digest, s.added, s.removed
                    FROM chain c
                    JOIN state_snapshot s ON s.room_nid = ? AND s.snap = c.parent
                    WHERE c.height > 0)
                SELECT snap, height, parent, entries, digest, added, removed
                FROM chain ORDER BY height""", roomNid, snap, roomNid));
        if (chain.isEmpty() || chain.getFirst().height() != 0) {
            throw new IllegalArgumentException(
                    "room " + roomNid + " has no whole snapshot " + snap);
        }
        int[] numbers = new int[0];
        for (SnapshotRow delta : chain) {
            numbers = IntSet.apply(numbers, delta.added(), delta.removed());
        }
        return numbers;
    }

    Optional<SnapshotRow> snapshotRow(long roomNid, int snap) {
        return database
                .read(handle -> Sql.list(handle, StateReads::row, """
                        SELECT snap, height, parent, entries, digest, added, removed
                        FROM state_snapshot WHERE room_nid = ? AND snap = ?""", roomNid, snap))
                .stream()
                .findFirst();
    }

    int snapshotByDigest(long roomNid, byte[] digest) {
        return database
                .read(handle -> Sql.list(
                        handle,
                        row -> row.getInt("snap"),
                        "SELECT snap FROM state_snapshot WHERE room_nid = ? AND digest = ?",
                        roomNid,
                        digest))
                .stream()
                .findFirst()
                .orElse(0);
    }

    Map<StateKey, Integer> currentState(long roomNid) {
        Map<StateKey, Integer> state = new HashMap<>();
        database.read(handle -> Sql.list(
                        handle,
                        row -> Map.entry(
                                StoredText.readKey(
                                        row.getString("type"), row.getString("state_key")),
                                row.getInt("ev")),
                        "SELECT type, state_key, ev FROM current_state WHERE room_nid = ?",
                        roomNid))
                .forEach(entry -> state.put(entry.getKey(), entry.getValue()));
        return state;
    }

    private static SnapshotRow row(ResultSet row) throws SQLException {
        return new SnapshotRow(
                row.getInt("snap"),
                row.getInt("height"),
                row.getInt("parent"),
                IntSet.decode(row.getBytes("added")),
                IntSet.decode(row.getBytes("removed")),
                row.getInt("entries"),
                row.getBytes("digest"));
    }
}
