package im.holm.rooms;

import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.slice.RemoteUsers;
import im.holm.slice.RemoteUsers.Resolved;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Turns what users call a room into its id and servers that know it.
final class RoomNames {

    private final ServerName serverName;
    private final AliasTable aliases;
    private final RemoteUsers remoteUsers;

    RoomNames(ServerName serverName, AliasTable aliases, RemoteUsers remoteUsers) {
        this.serverName = serverName;
        this.aliases = aliases;
        this.remoteUsers = remoteUsers;
    }

    /// A room id or an alias.
    sealed interface Name {
        record Id(RoomId room) implements Name {}

        record Alias(RoomAlias alias) implements Name {}

        static Optional<Name> parse(String text) {
            Optional<Name> id = RoomId.parse(text).map(Id::new);
            return id.isPresent() ? id : RoomAlias.parse(text).map(Alias::new);
        }
    }

    /// @param via servers that the caller names, asked first
    Optional<Resolved> resolve(Name name, List<ServerName> via) {
        return switch (name) {
            case Name.Id(RoomId room) -> Optional.of(new Resolved(room, withServerOf(room, via)));
            case Name.Alias(RoomAlias alias) ->
                resolve(alias)
                        .map(found -> new Resolved(found.room(), joined(via, found.servers())));
        };
    }

    /// Asks this server's directory, or the alias's own server.
    Optional<Resolved> resolve(RoomAlias alias) {
        if (!isOfAnotherServer(alias)) {
            return aliases.find(alias).map(entry -> new Resolved(entry.room(), List.of()));
        }
        return remoteUsers
                .resolve(alias)
                .map(found -> new Resolved(
                        found.room(), joined(found.servers(), List.of(alias.server()))));
    }

    boolean isOfAnotherServer(RoomAlias alias) {
        return !alias.server().equals(serverName);
    }

    private static List<ServerName> withServerOf(RoomId room, List<ServerName> via) {
        return via.isEmpty() ? room.server().map(List::of).orElse(List.of()) : via;
    }

    private static List<ServerName> joined(List<ServerName> first, List<ServerName> second) {
        var all = new LinkedHashSet<>(first);
        all.addAll(second);
        return new ArrayList<>(all);
    }
}
