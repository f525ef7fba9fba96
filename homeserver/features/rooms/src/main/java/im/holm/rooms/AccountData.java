package im.holm.rooms;

import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A user's own data, of a room or of none (client-server API, "Client config").
final class AccountData {

    static final String FULLY_READ = "m.fully_read";

    /// Entries of one user, at most.
    static final int ENTRIES_MAX = AccountDataTable.ROWS_MAX;

    /// Contents of one user together, at most: a first sync gives them all at once.
    static final long TOTAL_MAX_BYTES = 8L << 20;

    static final int TYPE_MAX_BYTES = 255;

    /// What the server itself keeps, each through its own endpoints.
    private static final Set<String> OF_THE_SERVER = Set.of(FULLY_READ, PushRules.TYPE);

    private static final String GLOBAL = "/_matrix/client/v3/user/{userId}/account_data/{type}";
    private static final String OF_ROOM =
            "/_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}";

    private final AccountDataTable table;
    private final Journal journal;
    private final RoomReader rooms;
    private final RoomAccess access;

    AccountData(Kernel kernel, AccountDataTable table, RoomAccess access) {
        this.table = table;
        this.journal = kernel.journal();
        this.rooms = kernel.rooms();
        this.access = access;
    }

    List<ClientRoute> routes() {
        return List.of(
                route(Method.GET, GLOBAL, "getAccountData", this::get),
                route(Method.PUT, GLOBAL, "setAccountData", this::put),
                route(Method.GET, OF_ROOM, "getAccountDataPerRoom", this::get),
                route(Method.PUT, OF_ROOM, "setAccountDataPerRoom", this::put));
    }

    private static ClientRoute route(
            Method method, String path, String operationId, ClientRoute.UserHandler handler) {
        return ClientRoute.user(
                method, path, new Documented(operationId, "r0", "AccountDataTest"), handler);
    }

    /// Makes it durable; every device of the user learns of it by `/sync`.
    Optional<Problem> set(long userNid, long roomNid, String type, JsonObject content) {
        int bytes = JsonWriter.write(content).length;
        var others = table.usageBeside(userNid, roomNid, type);
        if (others.entries() >= ENTRIES_MAX || others.bytes() + bytes > TOTAL_MAX_BYTES) {
            return Optional.of(Problem.of(
                    ErrorCode.USER_LIMIT_EXCEEDED,
                    "Account data is at most " + ENTRIES_MAX + " entries and " + TOTAL_MAX_BYTES
                            + " bytes."));
        }
        return Commits.commit(
                journal,
                table.writer(),
                new AccountDataTable.Row(userNid, roomNid, type, content),
                new Fact(FactKind.ACCOUNT_DATA, userNid, roomNid),
                bytes);
    }

    private Response get(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        String type = parameters.path("type", TYPE_MAX_BYTES);
        return withScope(caller, http, parameters, scope -> {
            Optional<JsonObject> content = table.find(caller.userNid(), scope, type);
            if (content.isEmpty() && scope == 0 && type.equals(PushRules.TYPE)) {
                content = Optional.of(PushRules.all(caller.user()));
            }
            return content.map(Answers::json)
                    .orElseGet(() -> Answers.notFound("There is no such account data."));
        });
    }

    private Response put(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Parameters parameters = body.parameters(http);
        String type = parameters.path("type", TYPE_MAX_BYTES);
        if (type.isEmpty()) {
            body.refuse(ErrorCode.INVALID_PARAM, "The path has an empty part.");
        }
        return withScope(caller, http, parameters, scope -> {
            if (OF_THE_SERVER.contains(type)) {
                return Response.of(Problem.of(
                                ErrorCode.BAD_JSON, type + " is not set through this API."))
                        .withStatus(ErrorCode.METHOD_NOT_ALLOWED.status());
            }
            return set(caller.userNid(), scope, type, body.object())
                    .map(Response::of)
                    .orElseGet(Response::empty);
        });
    }

    interface InScope {
        Response apply(long roomNid);
    }

    /// Checks whose data it is and of which room; number 0 stands for none.
    Response withScope(Caller caller, Request http, Parameters parameters, InScope action) {
        Optional<UserId> user = parameters.path("userId", UserId::parse);
        boolean ofRoom = http.path().containsKey("roomId");
        Optional<RoomId> room =
                ofRoom ? parameters.path("roomId", RoomId::parse) : Optional.empty();
        if (parameters.failed()) {
            return parameters.failure();
        }
        if (!user.orElseThrow().equals(caller.user())) {
            return Answers.forbidden("Account data is one's own.");
        }
        if (!ofRoom) {
            return action.apply(0);
        }
        OptionalLong roomNid = numberFor(caller, room.orElseThrow());
        return roomNid.isPresent()
                ? action.apply(roomNid.getAsLong())
                : Response.of(RoomAccess.notAMember());
    }

    /// Of any room that the user has or had to do with.
    private OptionalLong numberFor(Caller caller, RoomId room) {
        Optional<RoomView> view = rooms.room(room)
                .filter(known -> access.member(known, caller.user()).isPresent());
        return view.isPresent()
                ? OptionalLong.of(view.get().identity().roomNid())
                : OptionalLong.empty();
    }
}
