package im.holm.store;

import im.holm.engine.core.StateDigest;
import im.holm.platform.db.DoctorCheck;
import im.holm.platform.db.DoctorCheck.Scope;
import im.holm.protocol.event.Redaction;
import im.holm.protocol.event.ReferenceHash;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What has to be computed again to be checked: snapshots and hashes. One room at a time.
final class RecomputedChecks {
    /// Of a room without `full`.
    private static final int EVENTS_SAMPLED = 50;

    private static final int EVENTS_READ = 500;
    private static final int SNAPSHOTS_MAX = 1_000;

    private RecomputedChecks() {}

    static List<DoctorCheck> all() {
        return List.of(
                new DoctorCheck(
                        "state_snapshot: parents, sizes and digests are right",
                        true,
                        (handle, scope) -> eachRoom(handle, scope, RecomputedChecks::snapshots)),
                new DoctorCheck(
                        "current_state: is the snapshot of the head",
                        true,
                        (handle, scope) -> eachRoom(handle, scope, RecomputedChecks::current)),
                new DoctorCheck(
                        "event: its JSON has the hash that is its id, and is pruned if redacted",
                        true,
                        (handle, scope) -> eachRoom(handle, scope, RecomputedChecks::hashes)));
    }

    private record Room(long nid, RoomId id, String version) {
        static Room read(ResultSet row) throws SQLException {
            return new Room(
                    row.getLong("room_nid"),
                    RoomId.of(row.getString("room_id")),
                    row.getString("version"));
        }
    }

    private interface RoomCheck {
        List<String> run(Handle handle, Room room, boolean full);
    }

    private static List<String> eachRoom(Handle handle, Scope scope, RoomCheck check) {
        var found = new ArrayList<String>();
        for (Room room : Sql.list(
                handle,
                Room::read,
                "SELECT room_nid, room_id, version FROM room WHERE room_nid BETWEEN ? AND ?",
                scope.firstRoom(),
                scope.lastRoom())) {
            found.addAll(check.run(handle, room, scope.full()));
        }
        return found.subList(0, Math.min(found.size(), DoctorCheck.FINDINGS_MAX));
    }

    /// @param ascending what the set holds, rebuilt from its parent
    private record Rebuilt(int height, int[] ascending) {}

    private record Delta(
            int snap,
            int height,
            int parent,
            int entries,
            byte[] digest,
            int[] added,
            int[] removed) {
        static Delta read(ResultSet row) throws SQLException {
            return new Delta(
                    row.getInt("snap"),
                    row.getInt("height"),
                    row.getInt("parent"),
                    row.getInt("entries"),
                    row.getBytes("digest"),
                    IntSet.decode(row.getBytes("added")),
                    IntSet.decode(row.getBytes("removed")));
        }
    }

    /// All with `full`, else the newest: a chain that breaks below them breaks them too.
    private static List<String> snapshots(Handle handle, Room room, boolean full) {
        int step = full ? SNAPSHOTS_MAX : EVENTS_SAMPLED;
        var found = new ArrayList<String>();
        int below = Integer.MAX_VALUE;
        while (true) {
            var page = Sql.list(
                    handle,
                    Delta::read,
                    "SELECT snap, height, parent, entries, digest, added, removed"
                            + " FROM state_snapshot WHERE room_nid = ? AND snap < ?"
                            + " ORDER BY snap DESC LIMIT ?",
                    room.nid,
                    below,
                    step);
            Map<Integer, Optional<Rebuilt>> memo = new HashMap<>();
            for (Delta delta : page) {
                check(handle, room, delta, memo)
                        .ifPresent(wrong -> found.add(
                                "room " + room.nid + " snapshot " + delta.snap + ": " + wrong));
            }
            if (!full || page.size() < step || found.size() >= DoctorCheck.FINDINGS_MAX) {
                return found;
            }
            below = page.getLast().snap;
        }
    }

    private static Optional<String> check(
            Handle handle, Room room, Delta delta, Map<Integer, Optional<Rebuilt>> memo) {
        int[] base = new int[0];
        if (delta.height != 0) {
            Optional<Rebuilt> parent = rebuilt(handle, room, delta.parent, memo);
            if (parent.isEmpty()) {
                return Optional.of("its parent " + delta.parent + " is not whole");
            }
            if (parent.get().height != (delta.height & (delta.height - 1))) {
                return Optional.of("its parent " + delta.parent + " has the wrong height");
            }
            base = parent.get().ascending;
        }
        int[] set = IntSet.apply(base, delta.added, delta.removed);
        if (set.length != delta.entries) {
            return Optional.of(set.length + " entries, not " + delta.entries);
        }
        return Arrays.equals(StateDigest.of(room.id, set).toBytes(), delta.digest)
                ? Optional.empty()
                : Optional.of("another digest");
    }

    private static Optional<Rebuilt> rebuilt(
            Handle handle, Room room, int snap, Map<Integer, Optional<Rebuilt>> memo) {
        Optional<Rebuilt> known = memo.get(snap);
        if (known != null) {
            return known;
        }
        Optional<Rebuilt> built = Sql.list(
                        handle,
                        Delta::read,
                        "SELECT snap, height, parent, entries, digest, added, removed"
                                + " FROM state_snapshot WHERE room_nid = ? AND snap = ?",
                        room.nid,
                        snap)
                .stream()
                .findFirst()
                .flatMap(delta -> delta.height == 0
                        ? Optional.of(new Rebuilt(0, delta.added))
                        // Heights fall along the chain; a parent that does
                        // not is not followed.
                        : Optional.of(delta.parent)
                                .filter(parent -> parent < snap)
                                .flatMap(parent -> rebuilt(handle, room, parent, memo))
                                .map(parent -> new Rebuilt(
                                        delta.height,
                                        IntSet.apply(
                                                parent.ascending, delta.added, delta.removed))));
        if (memo.size() < SNAPSHOTS_MAX) {
            memo.put(snap, built);
        }
        return built;
    }

    private static List<String> current(Handle handle, Room room, boolean full) {
        int head = Sql.list(
                        handle,
                        row -> row.getInt("snap"),
                        "SELECT snap FROM room_head WHERE room_nid = ?",
                        room.nid)
                .stream()
                .findFirst()
                .orElse(0);
        Optional<Rebuilt> snapshot = head == 0
                ? Optional.of(new Rebuilt(0, new int[0]))
                : rebuilt(handle, room, head, new HashMap<>());
        if (snapshot.isEmpty()) {
            return List.of("room " + room.nid + ": snapshot " + head + " is not whole");
        }
        int[] current = Sql.list(
                        handle,
                        row -> row.getInt("ev"),
                        "SELECT ev FROM current_state WHERE room_nid = ? ORDER BY ev",
                        room.nid)
                .stream()
                .mapToInt(Integer::intValue)
                .toArray();
        if (!Arrays.equals(current, snapshot.get().ascending)) {
            return List.of("room " + room.nid + ": not snapshot " + head);
        }
        return Sql.list(
                handle,
                row -> "room " + room.nid + " event " + row.getInt("ev") + " under another key",
                "SELECT c.ev FROM current_state c"
                        + " LEFT JOIN event e ON e.room_nid = c.room_nid AND e.ev = c.ev"
                        + " WHERE c.room_nid = ? AND (e.type IS DISTINCT FROM c.type"
                        + " OR e.state_key IS DISTINCT FROM c.state_key)",
                room.nid);
    }

    private record Stored(int ev, byte[] eventId, boolean redacted, byte[] json) {}

    private static List<String> hashes(Handle handle, Room room, boolean full) {
        Optional<RoomVersion> version = RoomVersions.find(room.version);
        if (version.isEmpty()) {
            return List.of("room " + room.nid + ": version " + room.version + " is unknown");
        }
        var found = new ArrayList<String>();
        int below = Integer.MAX_VALUE;
        int limit = full ? EVENTS_READ : EVENTS_SAMPLED;
        while (true) {
            var page = Sql.list(
                    handle,
                    row -> new Stored(
                            row.getInt("ev"),
                            row.getBytes("event_id"),
                            (row.getInt("flags") & 64) != 0,
                            row.getBytes("json")),
                    "SELECT ev, event_id, flags, json FROM event"
                            + " WHERE room_nid = ? AND ev < ? ORDER BY ev DESC LIMIT ?",
                    room.nid,
                    below,
                    limit);
            for (Stored event : page) {
                wrong(version.get(), event)
                        .ifPresent(what ->
                                found.add("room " + room.nid + " event " + event.ev + ": " + what));
            }
            if (!full || page.size() < limit || found.size() >= DoctorCheck.FINDINGS_MAX) {
                return found;
            }
            below = page.getLast().ev;
        }
    }

    private static Optional<String> wrong(RoomVersion version, Stored event) {
        if (event.json == null) {
            return Optional.of("no JSON");
        }
        Optional<JsonObject> json =
                JsonParser.parseObject(event.json, JsonLimits.LAX_EVENT).object();
        if (json.isEmpty()) {
            return Optional.of("its JSON cannot be read");
        }
        boolean hashed = !version.id().equals("1") && !version.id().equals("2");
        if (hashed && !Arrays.equals(ReferenceHash.of(version, json.get()), event.eventId)) {
            return Optional.of("another hash");
        }
        if (event.redacted && !Redaction.redact(version, json.get()).equals(json.get())) {
            return Optional.of("redacted and not pruned");
        }
        return Optional.empty();
    }
}
