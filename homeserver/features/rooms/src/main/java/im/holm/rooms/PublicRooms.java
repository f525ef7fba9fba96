package im.holm.rooms;

import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
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

    /// Rooms looked at for one answer, at most: the newest.
    private static final int ROOMS_MAX = 5000;

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

    /// @param types room types wanted; an empty element stands for rooms without one
    private record Wanted(
            int from, int limit, Optional<String> term, Optional<List<Optional<String>>> types) {}

    private Response list(Request http) {
        Parameters parameters = Parameters.of(http);
        var wanted = new Wanted(
                parameters.query("since", PublicRooms::offset).orElse(0),
                (int) parameters.integer("limit", 0, PAGE_MAX).orElse(PAGE_DEFAULT),
                Optional.empty(),
                Optional.empty());
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
                        .map(term -> term.toLowerCase(Locale.ROOT)),
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

    private static Optional<List<Optional<String>>> types(Fields body, Fields filter) {
        Optional<JsonValue> value = filter.object().get("room_types");
        if (value.isEmpty() || value.get() instanceof JsonNull) {
            return Optional.empty();
        }
        List<Optional<String>> types = new ArrayList<>();
        if (value.get() instanceof JsonArray array) {
            for (JsonValue type : array) {
                switch (type) {
                    case JsonNull _ -> types.add(Optional.empty());
                    case JsonString(String name) -> types.add(Optional.of(name));
                    default ->
                        body.refuse(ErrorCode.BAD_JSON, "'room_types' holds what is no string");
                }
            }
        } else {
            body.refuse(ErrorCode.BAD_JSON, "'room_types' is not an array");
        }
        return Optional.of(types);
    }

    private Response page(Wanted wanted) {
        List<JsonObject> all = table.all(ROOMS_MAX).stream()
                .flatMap(nid -> rooms.room(nid).stream())
                .filter(view -> view.head().snap() != 0 && view.head().joined() > 0)
                .map(PublicRooms::entry)
                .filter(entry -> isWanted(entry, wanted))
                .toList();
        int from = Math.min(wanted.from(), all.size());
        int to = Math.min(all.size(), from + wanted.limit());
        var answer = JsonObject.builder()
                .put("chunk", JsonArray.of(all.subList(from, to)))
                .put("total_room_count_estimate", all.size());
        if (to < all.size()) {
            answer.put("next_batch", "p" + to);
        }
        if (from > 0) {
            answer.put("prev_batch", "p" + Math.max(0, from - wanted.limit()));
        }
        return Answers.json(answer.build());
    }

    private static boolean isWanted(JsonObject entry, Wanted wanted) {
        boolean matches = wanted.term()
                .map(term -> List.of("name", "topic", "canonical_alias").stream()
                        .flatMap(key -> entry.string(key).stream())
                        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(term)))
                .orElse(true);
        return matches
                && wanted.types()
                        .map(types -> types.contains(entry.string("room_type")))
                        .orElse(true);
    }

    private static JsonObject entry(RoomView view) {
        var entry = JsonObject.builder()
                .put("room_id", view.identity().roomId().text())
                .put("num_joined_members", view.head().joined())
                .put("world_readable", RoomAccess.isWorldReadable(view))
                .put(
                        "guest_can_join",
                        text(view, EventTypes.GUEST_ACCESS, "guest_access")
                                .filter("can_join"::equals)
                                .isPresent());
        put(entry, view, "name", EventTypes.NAME, "name");
        put(entry, view, "topic", EventTypes.TOPIC, "topic");
        put(entry, view, "avatar_url", EventTypes.AVATAR, "url");
        put(entry, view, "canonical_alias", EventTypes.CANONICAL_ALIAS, "alias");
        put(entry, view, "join_rule", EventTypes.JOIN_RULES, "join_rule");
        put(entry, view, "room_type", EventTypes.CREATE, "type");
        return entry.build();
    }

    private static void put(
            JsonObject.Builder entry, RoomView view, String as, String type, String key) {
        text(view, type, key).ifPresent(text -> entry.put(as, text));
    }

    private static Optional<String> text(RoomView view, String type, String key) {
        return view.stateEvent(StateKey.of(type))
                .map(StoredEvent::content)
                .flatMap(content -> content.string(key))
                .filter(text -> !text.isEmpty());
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
