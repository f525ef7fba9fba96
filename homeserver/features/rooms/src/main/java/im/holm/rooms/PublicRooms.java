package im.holm.rooms;

import im.holm.engine.RoomReader;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.rooms.PublishedRoomTable.Listed;
import im.holm.rooms.PublishedRoomTable.Wanted;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.Parameters;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The directory of published rooms (client-server API, "Published room directory").
final class PublicRooms {

    static final int PAGE_DEFAULT = 100;
    static final int PAGE_MAX = 500;

    /// Room types in one search, at most.
    private static final int TYPES_MAX = 50;

    private static final String LIST = "/_matrix/client/v3/publicRooms";
    private static final String ROOM = "/_matrix/client/v3/directory/list/room/{roomId}";

    private final ServerName serverName;
    private final InstantSource time;
    private final RoomReader rooms;
    private final PublishedRoomTable table;
    private final RoomAccess access;

    PublicRooms(Kernel kernel, PublishedRoomTable table, RoomAccess access) {
        this.serverName = kernel.serverName();
        this.time = kernel.time();
        this.rooms = kernel.rooms();
        this.table = table;
        this.access = access;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.open(
                        Method.GET,
                        LIST,
                        new Documented("getPublicRooms", "r0", "PublicRoomsTest"),
                        this::list),
                ClientRoute.user(
                        Method.POST,
                        LIST,
                        new Documented("queryPublicRooms", "r0", "PublicRoomsTest"),
                        (_, http) -> search(http)),
                ClientRoute.open(
                        Method.GET,
                        ROOM,
                        new Documented("getRoomVisibilityOnDirectory", "r0", "PublicRoomsTest"),
                        this::visibility),
                ClientRoute.user(
                        Method.PUT,
                        ROOM,
                        new Documented("setRoomVisibilityOnDirectory", "r0", "PublicRoomsTest"),
                        this::setVisibility));
    }

    private Response list(Request http) {
        Parameters parameters = Parameters.of(http);
        var wanted = new Wanted(
                parameters.query("since", PublicRooms::offset).orElse(0),
                (int) parameters.integer("limit", 0, PAGE_MAX).orElse(PAGE_DEFAULT),
                "",
                List.of());
        refuseOtherServers(parameters);
        return parameters.failed() ? parameters.failure() : page(wanted);
    }

    private Response search(Request http) {
        Fields body = Fields.ofOptionalBody(http);
        refuseOtherServers(body.parameters(http));
        Fields filter = body.optionalFields("filter").orElseGet(() -> Fields.of(JsonObject.EMPTY));
        var wanted = new Wanted(
                body.optionalId("since", PublicRooms::offset).orElse(0),
                (int) Math.min(
                        PAGE_MAX,
                        body.optionalInteger("limit", 0, Integer.MAX_VALUE).orElse(PAGE_DEFAULT)),
                filter.optionalString("generic_search_term")
                        .map(term -> term.toLowerCase(Locale.ROOT).replace("\0", ""))
                        .orElse(""),
                types(body, filter));
        return body.failed() ? body.failure() : page(wanted);
    }

    private void refuseOtherServers(Parameters parameters) {
        Optional<ServerName> server = parameters.query("server", ServerName::parse);
        if (server.filter(name -> !name.equals(serverName)).isPresent()) {
            parameters.refuse(
                    ErrorCode.NOT_FOUND, "This server lists its own published rooms only.");
        }
    }

    private static List<Optional<String>> types(Fields body, Fields filter) {
        Optional<JsonValue> value = filter.object().get("room_types");
        if (value.isEmpty() || value.get() instanceof JsonNull) {
            return List.of();
        }
        if (!(value.get() instanceof JsonArray array) || array.size() > TYPES_MAX) {
            body.refuse(ErrorCode.BAD_JSON, "'room_types' is not an array of a few strings");
            return List.of();
        }
        List<Optional<String>> types = new ArrayList<>();
        for (JsonValue type : array) {
            switch (type) {
                case JsonNull _ -> types.add(Optional.empty());
                case JsonString(String name) -> types.add(Optional.of(name.replace("\0", "")));
                default -> body.refuse(ErrorCode.BAD_JSON, "'room_types' holds what is no string");
            }
        }
        return types;
    }

    private Response page(Wanted wanted) {
        List<Listed> found = table.list(wanted);
        int size = Math.min(found.size(), wanted.limit());
        var answer = JsonObject.builder()
                .put(
                        "chunk",
                        JsonArray.of(found.subList(0, size).stream()
                                .map(PublicRooms::entry)
                                .toList()))
                .put("total_room_count_estimate", table.count(wanted));
        if (found.size() > size) {
            answer.put("next_batch", "p" + (wanted.offset() + size));
        }
        if (wanted.offset() > 0) {
            answer.put("prev_batch", "p" + Math.max(0, wanted.offset() - wanted.limit()));
        }
        return Answers.json(answer.build());
    }

    /// Guests have no access to this server, whatever a room says.
    private static JsonObject entry(Listed room) {
        return JsonObject.builder()
                .put("room_id", room.roomId())
                .put("num_joined_members", room.joined())
                .put("world_readable", room.worldReadable())
                .put("guest_can_join", false)
                .putIfPresent("name", room.name().map(JsonString::new))
                .putIfPresent("topic", room.topic().map(JsonString::new))
                .putIfPresent("avatar_url", room.avatar().map(JsonString::new))
                .putIfPresent("canonical_alias", room.alias().map(JsonString::new))
                .putIfPresent("join_rule", room.joinRule().map(JsonString::new))
                .putIfPresent("room_type", room.type().map(JsonString::new))
                .build();
    }

    private Response visibility(Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        // A room that is not published looks like one that does not exist.
        return rooms.room(room.orElseThrow())
                .filter(view -> table.isPublished(view.identity().roomNid()))
                .map(_ -> Answers.object("visibility", "public"))
                .orElseGet(() -> Answers.object("visibility", "private"));
    }

    private Response setVisibility(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Optional<RoomId> room = body.parameters(http).path("roomId", RoomId::parse);
        Optional<Boolean> published = body.optionalId("visibility", PublicRooms::isPublic);
        if (body.failed()) {
            return body.failure();
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                var levels = RoomLevels.in(readable.view());
                if (levels.ofUser(caller.user())
                        < levels.toSend(EventTypes.CANONICAL_ALIAS, true)) {
                    yield Answers.forbidden("You may not publish this room.");
                }
                if (published.orElse(true)) {
                    table.publish(readable.roomNid(), time.millis());
                } else {
                    table.withdraw(readable.roomNid());
                }
                yield Response.empty();
            }
        };
    }

    private static Optional<Boolean> isPublic(String text) {
        return switch (text) {
            case "public" -> Optional.of(true);
            case "private" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> offset(String token) {
        boolean number = token.length() > 1
                && token.length() < 9
                && token.charAt(0) == 'p'
                && token.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
        return number ? Optional.of(Integer.parseInt(token.substring(1))) : Optional.empty();
    }
}
