package im.holm.store;

import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.platform.db.Database;
import im.holm.protocol.id.ServerName;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reading `membership`, `room_server` and `stripped_state`.
final class MemberReads {
    private final Database database;
    private final PostgresIdentities identities;

    MemberReads(Database database, PostgresIdentities identities) {
        this.database = database;
        this.identities = identities;
    }

    Optional<StoredMember> member(long roomNid, long userNid) {
        return members("""
                        SELECT room_nid, user_nid, membership, ev, pos, forgotten
                        FROM membership WHERE room_nid = ? AND user_nid = ?
                        """, roomNid, userNid).stream().findFirst();
    }

    List<StoredMember> inRoom(long roomNid, Collection<Membership> memberships) {
        return members("""
                SELECT room_nid, user_nid, membership, ev, pos, forgotten
                FROM membership
                WHERE room_nid = ? AND membership = ANY (?::smallint[])
                ORDER BY ev, user_nid
                """, roomNid, Column.smallints(List.copyOf(memberships), Membership::code));
    }

    List<StoredMember> ofUser(long userNid) {
        return members("""
                SELECT room_nid, user_nid, membership, ev, pos, forgotten
                FROM membership WHERE user_nid = ? AND NOT forgotten
                ORDER BY room_nid""", userNid);
    }

    private List<StoredMember> members(String sql, Object... parameters) {
        var rows = database.read(handle -> Sql.list(handle, MemberReads::raw, sql, parameters));
        var users = identities.users(rows.stream().map(Raw::userNid).distinct().toList());
        return rows.stream()
                .map(row -> new StoredMember(
                        row.roomNid,
                        users.get(row.userNid),
                        row.membership,
                        row.ev,
                        row.pos,
                        row.forgotten))
                .toList();
    }

    private static Raw raw(ResultSet row) throws SQLException {
        return new Raw(
                row.getLong("room_nid"),
                row.getLong("user_nid"),
                Membership.ofCode(row.getShort("membership")),
                row.getInt("ev"),
                row.getLong("pos"),
                row.getBoolean("forgotten"));
    }

    Map<ServerName, Integer> servers(long roomNid) {
        Map<ServerName, Integer> servers = new HashMap<>();
        database.read(handle -> Sql.list(
                        handle,
                        row -> Map.entry(
                                ServerName.of(row.getString("name")), row.getInt("members")),
                        """
                        SELECT s.name, r.members
                        FROM room_server r JOIN server s ON s.server_nid = r.server_nid
                        WHERE r.room_nid = ?""",
                        roomNid))
                .forEach(entry -> servers.put(entry.getKey(), entry.getValue()));
        return servers;
    }

    List<Long> roomsOf(ServerName server, long afterPos, int limit) {
        return database.read(handle -> Sql.list(
                handle, row -> row.getLong("room_nid"), """
                SELECT h.room_nid
                FROM room_server r
                JOIN server s ON s.server_nid = r.server_nid
                JOIN room_head h ON h.room_nid = r.room_nid
                WHERE s.name = ? AND h.last_pos > ?
                ORDER BY h.last_pos DESC LIMIT ?""", server.text(), afterPos, limit));
    }

    Optional<byte[]> strippedState(long roomNid, long userNid) {
        return database
                .read(handle -> Sql.list(
                        handle,
                        row -> row.getBytes("json"),
                        "SELECT json FROM stripped_state WHERE room_nid = ? AND user_nid = ?",
                        roomNid,
                        userNid))
                .stream()
                .findFirst();
    }

    boolean forget(long roomNid, long userNid) {
        return database.read(handle -> Sql.update(handle, """
                        UPDATE membership SET forgotten = true
                        WHERE room_nid = ? AND user_nid = ? AND membership IN (4, 5)
                        """, roomNid, userNid)) == 1;
    }

    private record Raw(
            long roomNid,
            long userNid,
            Membership membership,
            int ev,
            long pos,
            boolean forgotten) {}
}
