package im.holm.e2ee.keys;

import im.holm.e2ee.keys.BackupTable.Change;
import im.holm.e2ee.keys.BackupTable.Scope;
import im.holm.e2ee.keys.BackupTable.Session;
import im.holm.e2ee.keys.BackupTable.Version;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Backups of room keys (client-server API, "Server-side key backups").
final class BackupRoutes {

    /// Sessions of one version, at most: more than the busiest accounts have.
    static final int SESSIONS_MAX = 500_000;

    private static final int ID_MAX_BYTES = 255;
    private static final int ALGORITHM_MAX_BYTES = 255;

    private static final String VERSIONS = "/_matrix/client/v3/room_keys/version";
    private static final String VERSION = VERSIONS + "/{version}";
    private static final String KEYS = "/_matrix/client/v3/room_keys/keys";
    private static final String ROOM = KEYS + "/{roomId}";
    private static final String SESSION = ROOM + "/{sessionId}";

    private final BackupTable table;

    BackupRoutes(BackupTable table) {
        this.table = table;
    }

    List<ClientRoute> routes() {
        return List.of(
                route(Method.POST, VERSIONS, "postRoomKeysVersion", this::create),
                route(Method.GET, VERSIONS, "getRoomKeysVersionCurrent", this::current),
                route(Method.GET, VERSION, "getRoomKeysVersion", this::version),
                route(Method.PUT, VERSION, "putRoomKeysVersion", this::update),
                route(Method.DELETE, VERSION, "deleteRoomKeysVersion", this::deleteVersion),
                route(Method.PUT, KEYS, "putRoomKeys", this::put),
                route(Method.PUT, ROOM, "putRoomKeysByRoomId", this::put),
                route(Method.PUT, SESSION, "putRoomKeyBySessionId", this::put),
                route(Method.GET, KEYS, "getRoomKeys", this::get),
                route(Method.GET, ROOM, "getRoomKeysByRoomId", this::get),
                route(Method.GET, SESSION, "getRoomKeyBySessionId", this::get),
                route(Method.DELETE, KEYS, "deleteRoomKeys", this::delete),
                route(Method.DELETE, ROOM, "deleteRoomKeysByRoomId", this::delete),
                route(Method.DELETE, SESSION, "deleteRoomKeyBySessionId", this::delete));
    }

    private static ClientRoute route(
            Method method, String path, String operation, ClientRoute.UserHandler handler) {
        return ClientRoute.user(
                method, path, new Documented(operation, "1.1", "KeyBackupTest"), handler);
    }

    private Response create(Caller caller, Request request) {
        Fields body = Fields.of(request);
        String algorithm = algorithm(body);
        JsonObject authData = body.object("auth_data");
        if (body.failed()) {
            return body.failure();
        }
        long version = table.create(caller.userNid(), algorithm, authData);
        return Response.json(
                JsonObject.builder().put("version", Long.toString(version)).build());
    }

    private static String algorithm(Fields body) {
        String algorithm = body.string("algorithm");
        if (algorithm.length() > ALGORITHM_MAX_BYTES || algorithm.indexOf('\0') >= 0) {
            body.refuse(ErrorCode.INVALID_PARAM, "'algorithm' is not valid");
        }
        return algorithm;
    }

    private Response current(Caller caller, Request request) {
        return table.current(caller.userNid())
                .map(BackupRoutes::json)
                .orElseGet(() -> notFound("There is no backup."));
    }

    private Response version(Caller caller, Request request) {
        return named(caller, request.param("version"))
                .map(BackupRoutes::json)
                .orElseGet(BackupRoutes::unknownVersion);
    }

    private Response update(Caller caller, Request request) {
        Fields body = Fields.of(request);
        String algorithm = algorithm(body);
        JsonObject authData = body.object("auth_data");
        String name = request.param("version");
        if (body.optionalString("version")
                .filter(inBody -> !inBody.equals(name))
                .isPresent()) {
            body.refuse(ErrorCode.INVALID_PARAM, "'version' is not the one of the path");
        }
        if (body.failed()) {
            return body.failure();
        }
        Optional<Version> version = named(caller, name);
        if (version.isEmpty()) {
            return unknownVersion();
        }
        if (!version.get().algorithm().equals(algorithm)) {
            return Response.of(Problem.of(
                    ErrorCode.INVALID_PARAM, "The algorithm of a backup cannot be changed."));
        }
        table.update(caller.userNid(), version.get().version(), authData);
        return Response.empty();
    }

    private Response deleteVersion(Caller caller, Request request) {
        OptionalLong number = BackupTable.number(request.param("version"));
        boolean known = number.isPresent() && table.delete(caller.userNid(), number.getAsLong());
        return known ? Response.empty() : unknownVersion();
    }

    private Response put(Caller caller, Request request) {
        Fields body = Fields.of(request);
        Parameters parameters = body.parameters(request);
        Optional<Scope> scope = scope(parameters, request);
        Optional<String> version = parameters.requiredQuery("version", Optional::of);
        List<Session> sessions = body.failed() ? List.of() : sessions(scope.orElseThrow(), body);
        if (body.failed()) {
            return body.failure();
        }
        OptionalLong number = BackupTable.number(version.orElseThrow());
        // No version is 0: the answer then names the present one.
        return answer(table.put(caller.userNid(), number.orElse(0), sessions, SESSIONS_MAX));
    }

    private Response get(Caller caller, Request request) {
        Parameters parameters = Parameters.of(request);
        Optional<Scope> scope = scope(parameters, request);
        Optional<String> version = parameters.requiredQuery("version", Optional::of);
        if (parameters.failed()) {
            return parameters.failure();
        }
        Optional<Version> backup = named(caller, version.orElseThrow());
        if (backup.isEmpty()) {
            return unknownVersion();
        }
        List<Session> sessions = table.sessions(
                caller.userNid(), backup.get().version(), scope.orElseThrow(), SESSIONS_MAX);
        if (scope.get().sessionId().isPresent()) {
            return sessions.isEmpty()
                    ? notFound("There is no such key.")
                    : Response.json(json(sessions.getFirst()));
        }
        return Response.json(
                scope.get().roomId().isPresent() ? ofRoom(sessions) : ofRooms(sessions));
    }

    private Response delete(Caller caller, Request request) {
        Parameters parameters = Parameters.of(request);
        Optional<Scope> scope = scope(parameters, request);
        Optional<String> version = parameters.requiredQuery("version", Optional::of);
        if (parameters.failed()) {
            return parameters.failure();
        }
        OptionalLong number = BackupTable.number(version.orElseThrow());
        return number.isEmpty()
                ? unknownVersion()
                : answer(table.deleteSessions(
                        caller.userNid(), number.getAsLong(), scope.orElseThrow()));
    }

    private Optional<Version> named(Caller caller, String name) {
        OptionalLong number = BackupTable.number(name);
        return number.isPresent()
                ? table.find(caller.userNid(), number.getAsLong())
                : Optional.empty();
    }

    /// Empty only if a part of the path was not valid.
    private static Optional<Scope> scope(Parameters parameters, Request request) {
        Optional<String> room = part(parameters, request, "roomId");
        Optional<String> session = part(parameters, request, "sessionId");
        return parameters.failed() ? Optional.empty() : Optional.of(new Scope(room, session));
    }

    private static Optional<String> part(Parameters parameters, Request request, String name) {
        return request.path().containsKey(name)
                ? Optional.of(parameters.path(name, ID_MAX_BYTES))
                : Optional.empty();
    }

    private static List<Session> sessions(Scope scope, Fields body) {
        if (scope.sessionId().isPresent()) {
            return List.of(
                    session(scope.roomId().orElseThrow(), scope.sessionId().get(), body));
        }
        List<Session> sessions = new ArrayList<>();
        if (scope.roomId().isPresent()) {
            ofRoom(scope.roomId().get(), body, sessions);
        } else {
            body.requiredFields("rooms").forEach((room, ofRoom) -> ofRoom(room, ofRoom, sessions));
        }
        return sessions;
    }

    private static void ofRoom(String room, Fields body, List<Session> into) {
        checkId(room, body);
        body.requiredFields("sessions").forEach((id, session) -> {
            checkId(id, session);
            into.add(session(room, id, session));
        });
    }

    private static void checkId(String id, Fields body) {
        if (id.length() > ID_MAX_BYTES || id.indexOf('\0') >= 0) {
            body.refuse(ErrorCode.INVALID_PARAM, "an id is not valid");
        }
    }

    private static Session session(String room, String id, Fields session) {
        return new Session(
                room,
                id,
                session.integer("first_message_index", 0, Long.MAX_VALUE),
                session.integer("forwarded_count", 0, Long.MAX_VALUE),
                session.requiredBool("is_verified"),
                session.object("session_data"));
    }

    private static JsonObject ofRooms(List<Session> sessions) {
        Map<String, List<Session>> byRoom = new LinkedHashMap<>();
        sessions.forEach(session ->
                byRoom.computeIfAbsent(session.roomId(), _ -> new ArrayList<>()).add(session));
        var rooms = JsonObject.builder();
        byRoom.forEach((room, ofRoom) -> rooms.put(room, ofRoom(ofRoom)));
        return JsonObject.of("rooms", rooms.build());
    }

    private static JsonObject ofRoom(List<Session> sessions) {
        var all = JsonObject.builder();
        sessions.forEach(session -> all.put(session.sessionId(), json(session)));
        return JsonObject.of("sessions", all.build());
    }

    private static JsonObject json(Session session) {
        return JsonObject.builder()
                .put("first_message_index", session.firstMessageIndex())
                .put("forwarded_count", session.forwardedCount())
                .put("is_verified", (JsonValue) JsonBoolean.of(session.verified()))
                .put("session_data", session.json())
                .build();
    }

    private static Response json(Version version) {
        return Response.json(JsonObject.builder()
                .put("algorithm", version.algorithm())
                .put("auth_data", version.authData())
                .put("count", version.sessions())
                .put("etag", Long.toString(version.etag()))
                .put("version", Long.toString(version.version()))
                .build());
    }

    private static Response answer(Change change) {
        return switch (change) {
            case Change.Done(int sessions, long etag) ->
                Response.json(JsonObject.builder()
                        .put("count", sessions)
                        .put("etag", Long.toString(etag))
                        .build());
            case Change.WrongVersion(long current) ->
                Response.of(Problem.of(
                                ErrorCode.WRONG_ROOM_KEYS_VERSION,
                                "Keys are stored in the newest version only.")
                        .with("current_version", Long.toString(current)));
            case Change.NoBackup _ -> unknownVersion();
            case Change.Full _ ->
                Response.of(Problem.of(
                        ErrorCode.USER_LIMIT_EXCEEDED,
                        "A backup has at most " + SESSIONS_MAX + " keys."));
        };
    }

    private static Response unknownVersion() {
        return notFound("There is no such backup version.");
    }

    private static Response notFound(String message) {
        return Response.of(Problem.of(ErrorCode.NOT_FOUND, message));
    }
}
