package im.holm.store;

import com.github.benmanes.caffeine.cache.Cache;

import im.holm.engine.port.Identities;
import im.holm.platform.cache.Caches;
import im.holm.platform.db.Database;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Numbers for users and servers, given at first sight and cached both ways: they never change.
///
/// A number is given in a transaction of its own, so that a rolled back commit leaves no number in
/// the caches that is not in the tables.
public final class PostgresIdentities implements Identities {
    private static final double USERS_SHARE = 0.03;
    private static final double SERVERS_SHARE = 0.005;
    /// What a name and its number take beside the text.
    private static final int NAME_BYTES = 120;

    private final Database database;
    private final ServerName ourselves;
    private final Cache<UserId, Long> userNids;
    private final Cache<Long, UserId> users;
    private final Cache<ServerName, Integer> serverNids;
    private final Cache<Integer, ServerName> servers;

    /// @param ourselves whose users are local
    public PostgresIdentities(Database database, ServerName ourselves, Caches caches) {
        this.database = database;
        this.ourselves = ourselves;
        this.userNids = caches.weighed("user_numbers", USERS_SHARE, (user, _) -> bytes(user));
        this.users = caches.weighed("users", USERS_SHARE, (_, user) -> bytes(user));
        this.serverNids = caches.weighed("server_numbers", SERVERS_SHARE, (name, _) -> bytes(name));
        this.servers = caches.weighed("servers", SERVERS_SHARE, (_, name) -> bytes(name));
    }

    /// The server whose users this database has as local ones, if it has any: it must be
    /// ourselves, since their ids are in every event.
    public Optional<ServerName> owner() {
        return database.read(handle ->
                handle.createQuery("""
                        SELECT server.name
                        FROM user_ref JOIN server USING (server_nid)
                        WHERE user_ref.local
                        LIMIT 1
                        """).mapTo(String.class).findOne().map(ServerName::of));
    }

    private static int bytes(UserId user) {
        return NAME_BYTES + user.localpart().length() + user.server().text().length();
    }

    private static int bytes(ServerName name) {
        return NAME_BYTES + name.text().length();
    }

    @Override
    public long userNid(UserId user) {
        Long cached = userNids.getIfPresent(user);
        return cached != null ? cached : userNids(Set.of(user)).get(user);
    }

    @Override
    public Optional<Long> knownUserNid(UserId user) {
        Long cached = userNids.getIfPresent(user);
        if (cached == null) {
            findUsers(Set.of(user));
            cached = userNids.getIfPresent(user);
        }
        return Optional.ofNullable(cached);
    }

    @Override
    public UserId user(long userNid) {
        UserId cached = users.getIfPresent(userNid);
        return cached != null ? cached : users(Set.of(userNid)).get(userNid);
    }

    @Override
    public int serverNid(ServerName server) {
        Integer cached = serverNids.getIfPresent(server);
        return cached != null ? cached : serverNids(Set.of(server)).get(server);
    }

    @Override
    public ServerName server(int serverNid) {
        ServerName cached = servers.getIfPresent(serverNid);
        if (cached == null) {
            cached = database
                    .read(handle -> Sql.list(
                            handle,
                            row -> ServerName.of(row.getString("name")),
                            "SELECT name FROM server WHERE server_nid = ?",
                            serverNid))
                    .stream()
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no server " + serverNid));
            remember(cached, serverNid);
        }
        return cached;
    }

    boolean isLocal(UserId user) {
        return user.server().equals(ourselves);
    }

    /// The numbers of all of these users, given where there is none, in a few statements
    /// whatever their number.
    Map<UserId, Long> userNids(Collection<UserId> wanted) {
        Map<UserId, Long> known = new HashMap<>();
        Set<UserId> unknown = new LinkedHashSet<>();
        for (UserId user : wanted) {
            Long nid = userNids.getIfPresent(user);
            if (nid == null) {
                unknown.add(user);
            } else {
                known.put(user, nid);
            }
        }
        if (!unknown.isEmpty()) {
            known.putAll(findUsers(unknown));
            unknown.removeAll(known.keySet());
        }
        if (!unknown.isEmpty()) {
            addUsers(List.copyOf(unknown));
            known.putAll(findUsers(unknown));
        }
        return known;
    }

    /// The users with these numbers.
    ///
    /// @throws IllegalArgumentException if a number was never given
    Map<Long, UserId> users(Collection<Long> wanted) {
        Map<Long, UserId> known = new HashMap<>();
        Set<Long> unknown = new LinkedHashSet<>();
        for (long nid : wanted) {
            UserId user = users.getIfPresent(nid);
            if (user == null) {
                unknown.add(nid);
            } else {
                known.put(nid, user);
            }
        }
        if (!unknown.isEmpty()) {
            var rows = database.read(handle -> Sql.list(
                    handle,
                    row -> new Numbered(row.getLong("user_nid"), row.getString("user_id")),
                    """
                    SELECT user_nid, user_id FROM user_ref
                    WHERE user_nid = ANY (?::bigint[])""",
                    Column.bigints(List.copyOf(unknown), nid -> nid)));
            for (Numbered row : rows) {
                UserId user = UserId.of(row.text);
                remember(user, row.nid);
                known.put(row.nid, user);
                unknown.remove(row.nid);
            }
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException("no users " + unknown);
            }
        }
        return known;
    }

    /// The numbers of all of these servers, given where there is none.
    Map<ServerName, Integer> serverNids(Collection<ServerName> wanted) {
        Map<ServerName, Integer> known = new HashMap<>();
        Set<ServerName> unknown = new LinkedHashSet<>();
        for (ServerName server : wanted) {
            Integer nid = serverNids.getIfPresent(server);
            if (nid == null) {
                unknown.add(server);
            } else {
                known.put(server, nid);
            }
        }
        if (!unknown.isEmpty()) {
            known.putAll(findServers(unknown));
            unknown.removeAll(known.keySet());
        }
        if (!unknown.isEmpty()) {
            database.useTransaction(handle ->
                    Sql.update(handle, """
                    INSERT INTO server (name) SELECT name FROM unnest(?::text[]) AS u (name)
                    ON CONFLICT (name) DO NOTHING
                    """, Column.texts(List.copyOf(unknown), ServerName::text)));
            known.putAll(findServers(unknown));
        }
        return known;
    }

    /// The numbers of those of these users who have one.
    Map<UserId, Long> knownUserNids(Collection<UserId> wanted) {
        return findUsers(wanted);
    }

    private Map<ServerName, Integer> findServers(Collection<ServerName> wanted) {
        var rows = database.read(handle -> Sql.list(
                handle,
                row -> new Numbered(row.getLong("server_nid"), row.getString("name")),
                "SELECT server_nid, name FROM server WHERE name = ANY (?::text[])",
                Column.texts(List.copyOf(wanted), ServerName::text)));
        Map<ServerName, Integer> found = new HashMap<>();
        for (Numbered row : rows) {
            var name = ServerName.of(row.text);
            remember(name, (int) row.nid);
            found.put(name, (int) row.nid);
        }
        return found;
    }

    private Map<UserId, Long> findUsers(Collection<UserId> wanted) {
        var rows = database.read(handle -> Sql.list(
                handle,
                row -> new Numbered(row.getLong("user_nid"), row.getString("user_id")),
                "SELECT user_nid, user_id FROM user_ref WHERE user_id = ANY (?::text[])",
                Column.texts(List.copyOf(wanted), UserId::toString)));
        Map<UserId, Long> found = new HashMap<>();
        for (Numbered row : rows) {
            UserId user = UserId.of(row.text);
            remember(user, row.nid);
            found.put(user, row.nid);
        }
        return found;
    }

    private void addUsers(List<UserId> added) {
        var ofServers = serverNids(added.stream().map(UserId::server).distinct().toList());
        database.useTransaction(handle -> Sql.update(
                handle,
                """
                INSERT INTO user_ref (user_id, server_nid, local)
                SELECT user_id, server_nid, server_nid = ?
                FROM unnest(?::text[], ?::int[]) AS u (user_id, server_nid)
                ON CONFLICT (user_id) DO NOTHING""",
                serverNid(ourselves),
                Column.texts(added, UserId::toString),
                Column.ints(added, user -> ofServers.get(user.server()))));
    }

    private void remember(UserId user, long nid) {
        userNids.put(user, nid);
        users.put(nid, user);
    }

    private void remember(ServerName server, int nid) {
        serverNids.put(server, nid);
        servers.put(nid, server);
    }

    private record Numbered(long nid, String text) {}
}
