package im.holm.rooms;

import im.holm.engine.RoomPurging;
import im.holm.engine.RoomReader;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.AdminGate;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Removing what is stored of rooms, for the local command line (`holm room`):
///
/// - `POST /_holm/admin/v1/rooms/purge` `{"room_id", "before_ms"}`: the history that had arrived
///   before then; 200 `{"events"}`, how many were removed;
/// - `POST /_holm/admin/v1/rooms/delete` `{"room_id"}`: the room, which no local user may be in;
///   200 likewise.
final class RoomRemovalRoutes {

    private static final String TEST = "RoomRemovalTest";
    /// The year 2243: what fits into a position.
    private static final long TIME_MS_MAX = 1L << 43;

    private final RoomReader rooms;
    private final RoomPurging purging;
    private final AliasTable aliases;
    private final PublishedRoomTable published;
    private final AdminGate gate;

    RoomRemovalRoutes(
            RoomReader rooms,
            RoomPurging purging,
            AliasTable aliases,
            PublishedRoomTable published,
            AdminGate gate) {
        this.rooms = rooms;
        this.purging = purging;
        this.aliases = aliases;
        this.published = published;
        this.gate = gate;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.open(
                        Method.POST,
                        "/_holm/admin/v1/rooms/purge",
                        new Documented("purgeRoom", "holm", TEST),
                        gate.behind(this::purge)),
                ClientRoute.open(
                        Method.POST,
                        "/_holm/admin/v1/rooms/delete",
                        new Documented("deleteRoom", "holm", TEST),
                        gate.behind(this::delete)));
    }

    private Response purge(Request request) {
        Fields body = Fields.of(request);
        Optional<RoomId> room = body.id("room_id", RoomId::parse);
        long before = body.integer("before_ms", 0, TIME_MS_MAX);
        return body.failed()
                ? body.failure()
                : answer(purging.purge(room.orElseThrow(), Instant.ofEpochMilli(before)));
    }

    private Response delete(Request request) {
        Fields body = Fields.of(request);
        Optional<RoomId> room = body.id("room_id", RoomId::parse);
        if (body.failed()) {
            return body.failure();
        }
        OptionalLong roomNid = rooms.room(room.orElseThrow()).stream()
                .mapToLong(view -> view.identity().roomNid())
                .findFirst();
        RoomPurging.Outcome outcome = purging.delete(room.get());
        if (outcome instanceof RoomPurging.Outcome.Done) {
            aliases.deleteOf(room.get());
            roomNid.ifPresent(published::withdraw);
        }
        return answer(outcome);
    }

    private static Response answer(RoomPurging.Outcome outcome) {
        return switch (outcome) {
            case RoomPurging.Outcome.Done(long events) ->
                Response.json(200, JsonObject.EMPTY.with("events", events));
            case RoomPurging.Outcome.Failed(var problem) -> Response.of(problem);
        };
    }
}
