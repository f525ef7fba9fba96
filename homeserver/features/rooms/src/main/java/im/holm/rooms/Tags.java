package im.holm.rooms;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonNumber;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A user's tags on rooms: the room's account data `m.tag` (client-server API, "Room tagging").
final class Tags {

    private static final String TYPE = "m.tag";
    private static final String PATH = "/_matrix/client/v3/user/{userId}/rooms/{roomId}/tags";

    /// Tags on one room, at most.
    static final int TAGS_MAX = 100;

    private final AccountDataTable table;
    private final AccountData accountData;
    private final UserLocks locks;

    Tags(AccountDataTable table, AccountData accountData, UserLocks locks) {
        this.table = table;
        this.locks = locks;
        this.accountData = accountData;
    }

    List<ClientRoute> routes() {
        return List.of(
                route(Method.GET, PATH, "getRoomTags", this::all),
                route(Method.PUT, PATH + "/{tag}", "setRoomTag", this::put),
                route(Method.DELETE, PATH + "/{tag}", "deleteRoomTag", this::delete));
    }

    private static ClientRoute route(
            Method method, String path, String operationId, ClientRoute.UserHandler handler) {
        return ClientRoute.user(
                method, path, new Documented(operationId, "r0", "AccountDataTest"), handler);
    }

    private Response all(Caller caller, Request http) {
        return accountData.withScope(
                caller,
                http,
                Parameters.of(http),
                room -> Answers.json(JsonObject.of("tags", tags(caller, room))));
    }

    private Response put(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Parameters parameters = body.parameters(http);
        String tag = parameters.path("tag", AccountData.TYPE_MAX_BYTES);
        Optional<JsonValue> order = body.object().get("order");
        if (order.isPresent() && !(order.get() instanceof JsonNumber)) {
            body.refuse(ErrorCode.BAD_JSON, "'order' is not a number");
        }
        return accountData.withScope(caller, http, parameters, room -> {
            JsonObject now = tags(caller, room);
            if (!now.has(tag) && now.size() >= TAGS_MAX) {
                return Response.of(Problem.of(
                        ErrorCode.USER_LIMIT_EXCEEDED,
                        "The room has " + TAGS_MAX + " tags already."));
            }
            return change(caller, room, tags -> tags.with(tag, body.object()));
        });
    }

    private Response delete(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        String tag = parameters.path("tag", AccountData.TYPE_MAX_BYTES);
        return accountData.withScope(
                caller, http, parameters, room -> change(caller, room, tags -> tags.without(tag)));
    }

    private JsonObject tags(Caller caller, long roomNid) {
        return table.find(caller.userNid(), roomNid, TYPE)
                .flatMap(content -> content.object("tags"))
                .orElse(JsonObject.EMPTY);
    }

    /// One change at a time: two devices may tag at once.
    private Response change(Caller caller, long roomNid, UnaryOperator<JsonObject> change) {
        var lock = locks.of(caller.userNid());
        lock.lock();
        try {
            JsonObject changed = change.apply(tags(caller, roomNid));
            return accountData
                    .set(caller.userNid(), roomNid, TYPE, JsonObject.of("tags", changed))
                    .map(Response::of)
                    .orElseGet(Response::empty);
        } finally {
            lock.unlock();
        }
    }
}
