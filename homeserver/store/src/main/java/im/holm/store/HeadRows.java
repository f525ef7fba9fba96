package im.holm.store;

import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.port.AppendRefusal;
import im.holm.journal.UnitWriter.Placed;
import im.holm.journal.UnitWriter.Refusal;

import org.jdbi.v3.core.Handle;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `room` and `room_head`. Several appends of one room in a batch are one update: from the first
/// one's base to the last one's head.
final class HeadRows {
    private final InstantSource time;

    HeadRows(InstantSource time) {
        this.time = time;
    }

    /// Moves the heads.
    ///
    /// @return an [AppendRefusal.HeadMoved] for each append of a room whose stored head is not
    ///     the one that was expected
    List<Refusal> write(Handle handle, List<Placed<RoomAppend>> units) {
        var refused = new ArrayList<Refusal>();
        Map<Long, Move> moves = new LinkedHashMap<>();
        for (int i = 0; i < units.size(); i++) {
            var append = units.get(i).rows();
            var move = moves.computeIfAbsent(append.room().roomNid(), nid -> new Move(append));
            if (!move.add(append, units.get(i).positions(), i)) {
                refused.add(headMoved(i));
            }
        }
        if (!refused.isEmpty()) {
            return refused;
        }
        var made = moves.values().stream().filter(move -> move.first.newRoom()).toList();
        var moved =
                moves.values().stream().filter(move -> !move.first.newRoom()).toList();
        Set<Long> done = new HashSet<>(insert(handle, made));
        done.addAll(update(handle, moved));
        for (Move move : moves.values()) {
            if (!done.contains(move.first.room().roomNid())) {
                move.units.forEach(unit -> refused.add(headMoved(unit)));
            }
        }
        if (refused.isEmpty()) {
            setStatus(handle, units);
        }
        return refused;
    }

    private static Refusal headMoved(int unit) {
        return new Refusal(unit, new AppendRefusal.HeadMoved());
    }

    /// A room that is there already, or a number that is taken, is left out of what is
    /// returned.
    private List<Long> insert(Handle handle, List<Move> made) {
        if (made.isEmpty()) {
            return List.of();
        }
        var fresh = Sql.list(
                handle,
                row -> row.getLong("room_nid"),
                """
                INSERT INTO room (room_nid, created_ts, kind, status, version, room_id)
                SELECT room_nid, ?, kind, status, version, room_id
                FROM unnest(?::bigint[], ?::smallint[], ?::smallint[], ?::text[], ?::text[])
                    AS u (room_nid, kind, status, version, room_id)
                ON CONFLICT DO NOTHING RETURNING room_nid""",
                time.millis(),
                Column.bigints(made, move -> move.first.room().roomNid()),
                Column.smallints(made, move -> move.first.room().kind().code()),
                Column.smallints(made, Move::firstStatus),
                Column.texts(made, move -> move.first.room().version().id()),
                Column.texts(made, move -> move.first.room().roomId().text()));
        var heads = made.stream()
                .filter(move -> fresh.contains(move.first.room().roomNid()))
                .toList();
        Sql.update(handle, """
                INSERT INTO room_head (room_nid, version, tl_top, tl_bottom, last_pos, bump_ms,
                    next_ev, next_snap, snap, last_message_ev, joined, invited, owner_slot,
                    extremities)
                SELECT room_nid, version, tl_top, tl_bottom, last_pos, bump_ms,
                    next_ev, next_snap, snap, last_message_ev, joined, invited, owner_slot,
                    extremities::int[]
                FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                        ?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::int[], ?::int[],
                        ?::smallint[], ?::text[])
                    AS u (room_nid, version, tl_top, tl_bottom, last_pos, bump_ms, next_ev,
                        next_snap, snap, last_message_ev, joined, invited, owner_slot,
                        extremities)""", columns(heads));
        return fresh;
    }

    private static List<Long> update(Handle handle, List<Move> moved) {
        if (moved.isEmpty()) {
            return List.of();
        }
        var columns = new ArrayList<Object>(List.of(columns(moved)));
        columns.add(Column.bigints(moved, move -> move.first.base()));
        return Sql.list(handle, row -> row.getLong("room_nid"), """
                UPDATE room_head h
                SET version = u.version, tl_top = u.tl_top, tl_bottom = u.tl_bottom,
                    last_pos = CASE WHEN u.last_pos = 0 THEN h.last_pos ELSE u.last_pos END,
                    bump_ms = u.bump_ms, next_ev = u.next_ev, next_snap = u.next_snap,
                    snap = u.snap, last_message_ev = u.last_message_ev, joined = u.joined,
                    invited = u.invited, owner_slot = u.owner_slot,
                    extremities = u.extremities::int[]
                FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                        ?::bigint[], ?::int[], ?::int[], ?::int[], ?::int[], ?::int[], ?::int[],
                        ?::smallint[], ?::text[], ?::bigint[])
                    AS u (room_nid, version, tl_top, tl_bottom, last_pos, bump_ms, next_ev,
                        next_snap, snap, last_message_ev, joined, invited, owner_slot,
                        extremities, base)
                WHERE h.room_nid = u.room_nid AND h.version = u.base
                RETURNING h.room_nid""", columns.toArray());
    }

    private static Object[] columns(List<Move> moves) {
        return new Object[] {
            Column.bigints(moves, move -> move.first.room().roomNid()),
            Column.bigints(moves, move -> move.head.version()),
            Column.bigints(moves, move -> move.head.tlTop()),
            Column.bigints(moves, move -> move.head.tlBottom()),
            Column.bigints(moves, move -> move.lastPosition),
            Column.bigints(moves, move -> move.head.bumpMs()),
            Column.ints(moves, move -> move.head.nextEv()),
            Column.ints(moves, move -> move.head.nextSnap()),
            Column.ints(moves, move -> move.head.snap()),
            Column.ints(moves, move -> move.head.lastMessageEv()),
            Column.ints(moves, move -> move.head.joined()),
            Column.ints(moves, move -> move.head.invited()),
            Column.smallints(moves, move -> move.head.ownerSlot()),
            Column.intArrays(moves, move -> move.head.extremities())
        };
    }

    private static void setStatus(Handle handle, List<Placed<RoomAppend>> units) {
        Map<Long, RoomAppend> changed = new LinkedHashMap<>();
        for (var unit : units) {
            if (unit.rows().status().isPresent()) {
                changed.put(unit.rows().room().roomNid(), unit.rows());
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        var appends = List.copyOf(changed.values());
        Sql.update(
                handle,
                """
                UPDATE room r SET status = u.status
                FROM unnest(?::bigint[], ?::smallint[]) AS u (room_nid, status)
                WHERE r.room_nid = u.room_nid AND r.status <> u.status""",
                Column.bigints(appends, append -> append.room().roomNid()),
                Column.smallints(
                        appends, append -> append.status().orElseThrow().code()));
    }

    /// What a batch does to one room's head.
    private static final class Move {
        final RoomAppend first;
        final List<Integer> units = new ArrayList<>();
        RoomHead head;
        long lastPosition;

        Move(RoomAppend first) {
            this.first = first;
        }

        /// Adds the next append; false if it was not decided on the one before.
        boolean add(RoomAppend append, long[] positions, int unit) {
            boolean follows =
                    head == null || (append.base() == head.version() && !append.newRoom());
            if (follows) {
                units.add(unit);
                head = append.head();
                lastPosition =
                        positions.length > 0 ? positions[positions.length - 1] : lastPosition;
            }
            return follows;
        }

        int firstStatus() {
            return first.status().orElse(RoomStatus.JOINED).code();
        }
    }
}
