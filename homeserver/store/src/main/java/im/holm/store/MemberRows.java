package im.holm.store;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend;
import im.holm.journal.UnitWriter.Placed;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import org.jdbi.v3.core.Handle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `membership`, `membership_log`, `room_server` and `stripped_state`.
final class MemberRows {
    private final PostgresIdentities identities;

    MemberRows(PostgresIdentities identities) {
        this.identities = identities;
    }

    void write(Handle handle, List<Placed<RoomAppend>> units) {
        var changes = new ArrayList<Change>();
        for (var unit : units) {
            for (RoomAppend.MemberChange change : unit.rows().members()) {
                long position =
                        change.fact() == EventRow.NO_FACT ? 0 : unit.positions()[change.fact()];
                changes.add(new Change(
                        unit.rows().room().roomNid(),
                        change.user(),
                        change.membership(),
                        change.ev(),
                        position));
            }
        }
        if (!changes.isEmpty()) {
            var nids = identities.userNids(changes.stream().map(Change::user).toList());
            setMemberships(handle, changes, nids);
            log(handle, changes, nids);
        }
        countServers(handle, units);
        keepStrippedState(handle, units);
    }

    /// The last change of each membership.
    private static void setMemberships(
            Handle handle, List<Change> changes, Map<UserId, Long> nids) {
        Map<Member, Change> last = new LinkedHashMap<>();
        changes.forEach(change -> last.put(new Member(change.roomNid, change.user), change));
        var rows = List.copyOf(last.values());
        Sql.update(
                handle,
                """
                INSERT INTO membership (room_nid, user_nid, membership, ev, pos, forgotten)
                SELECT room_nid, user_nid, membership, ev, pos, false
                FROM unnest(?::bigint[], ?::bigint[], ?::smallint[], ?::int[], ?::bigint[])
                    AS u (room_nid, user_nid, membership, ev, pos)
                ON CONFLICT (room_nid, user_nid) DO UPDATE
                SET membership = excluded.membership, ev = excluded.ev, pos = excluded.pos,
                    forgotten = false""",
                Column.bigints(rows, Change::roomNid),
                Column.bigints(rows, row -> nids.get(row.user)),
                Column.smallints(rows, row -> row.membership.code()),
                Column.ints(rows, Change::ev),
                Column.bigints(rows, Change::position));
    }

    private void log(Handle handle, List<Change> changes, Map<UserId, Long> nids) {
        var rows = changes.stream()
                .filter(change -> change.position != 0 && identities.isLocal(change.user))
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        Sql.update(
                handle,
                """
                INSERT INTO membership_log (user_nid, pos, room_nid, ev, membership)
                SELECT user_nid, pos, room_nid, ev, membership
                FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::smallint[])
                    AS u (user_nid, pos, room_nid, ev, membership)""",
                Column.bigints(rows, row -> nids.get(row.user)),
                Column.bigints(rows, Change::position),
                Column.bigints(rows, Change::roomNid),
                Column.ints(rows, Change::ev),
                Column.smallints(rows, row -> row.membership.code()));
    }

    private void countServers(Handle handle, List<Placed<RoomAppend>> units) {
        Map<ServerInRoom, Integer> counts = new LinkedHashMap<>();
        for (var unit : units) {
            long roomNid = unit.rows().room().roomNid();
            for (RoomAppend.ServerCount count : unit.rows().servers()) {
                counts.put(new ServerInRoom(roomNid, count.server()), count.members());
            }
        }
        if (counts.isEmpty()) {
            return;
        }
        var nids = identities.serverNids(
                counts.keySet().stream().map(ServerInRoom::server).toList());
        var gone = counts.entrySet().stream()
                .filter(count -> count.getValue() == 0)
                .toList();
        var there = counts.entrySet().stream()
                .filter(count -> count.getValue() != 0)
                .toList();
        if (!gone.isEmpty()) {
            Sql.update(
                    handle,
                    """
                    DELETE FROM room_server s
                    USING unnest(?::bigint[], ?::int[]) AS u (room_nid, server_nid)
                    WHERE s.room_nid = u.room_nid AND s.server_nid = u.server_nid""",
                    Column.bigints(gone, count -> count.getKey().roomNid),
                    Column.ints(gone, count -> nids.get(count.getKey().server)));
        }
        if (!there.isEmpty()) {
            Sql.update(
                    handle,
                    """
                    INSERT INTO room_server (room_nid, server_nid, members)
                    SELECT room_nid, server_nid, members
                    FROM unnest(?::bigint[], ?::int[], ?::int[])
                        AS u (room_nid, server_nid, members)
                    ON CONFLICT (room_nid, server_nid) DO UPDATE SET members = excluded.members""",
                    Column.bigints(there, count -> count.getKey().roomNid),
                    Column.ints(there, count -> nids.get(count.getKey().server)),
                    Column.ints(there, Map.Entry::getValue));
        }
    }

    private void keepStrippedState(Handle handle, List<Placed<RoomAppend>> units) {
        for (var unit : units) {
            unit.rows()
                    .stripped()
                    .ifPresent(stripped -> Sql.update(
                            handle,
                            """
                            INSERT INTO stripped_state (room_nid, user_nid, json) VALUES (?, ?, ?)
                            ON CONFLICT (room_nid, user_nid) DO UPDATE SET json = excluded.json""",
                            unit.rows().room().roomNid(),
                            identities.userNid(stripped.user()),
                            stripped.json()));
        }
    }

    private record Change(
            long roomNid, UserId user, Membership membership, int ev, long position) {}

    private record Member(long roomNid, UserId user) {}

    private record ServerInRoom(long roomNid, ServerName server) {}
}
