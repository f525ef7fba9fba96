package im.holm.rooms;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.platform.http.Percent;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Servers;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What other servers tell of rooms that this one is not in (`GET /hierarchy` of the server-server
/// API). Kept for a short time, since the walks of a space ask again and again.
final class RemoteSummaries {

    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final int KEPT_MAX = 1_000;

    /// Servers that are asked for one room.
    private static final int SERVERS_MAX = 3;

    private final ServerName self;
    private final Servers servers;
    private final Cache<RoomId, Told> told =
            Caffeine.newBuilder().maximumSize(KEPT_MAX).expireAfterWrite(KEPT).build();

    RemoteSummaries(ServerName self, Servers servers) {
        this.self = self;
        this.servers = servers;
    }

    /// @param summary of the room
    /// @param children of the space, in their order
    record Told(JsonObject summary, List<RoomSummaries.Child> children) {}

    Optional<Told> ask(RoomId room, Collection<ServerName> via) {
        Told known = told.getIfPresent(room);
        if (known != null) {
            return Optional.of(known);
        }
        Set<ServerName> asked = new LinkedHashSet<>(via);
        asked.remove(self);
        for (ServerName server : asked.stream().limit(SERVERS_MAX).toList()) {
            var answer = servers.get(
                    server,
                    "/_matrix/federation/v1/hierarchy/" + Percent.encode(room.text())
                            + "?suggested_only=false");
            if (answer instanceof Servers.Answer.Answered(JsonObject body)) {
                Optional<Told> read = body.object("room").flatMap(found -> read(room, found));
                if (read.isPresent()) {
                    told.put(room, read.get());
                    return read;
                }
            }
        }
        return Optional.empty();
    }

    /// Only what a summary has, and only if it is of this room.
    private static Optional<Told> read(RoomId room, JsonObject found) {
        if (found.string("room_id").filter(room.text()::equals).isEmpty()) {
            return Optional.empty();
        }
        List<RoomSummaries.Child> children =
                found.array("children_state").flatMap(JsonArray::objects).orElse(List.of()).stream()
                        .limit(RoomSummaries.CHILDREN_MAX)
                        .flatMap(event -> RoomSummaries.Child.read(event).stream())
                        .sorted(RoomSummaries.Child.inOrder())
                        .toList();
        JsonObject summary = found.keeping(Set.of(
                "room_id",
                "num_joined_members",
                "world_readable",
                "guest_can_join",
                "join_rule",
                "room_version",
                "name",
                "topic",
                "avatar_url",
                "canonical_alias",
                "room_type",
                "encryption",
                "allowed_room_ids"));
        return Optional.of(new Told(summary, children));
    }
}
