package im.holm.federation.keys;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Documented;
import im.holm.slice.FederationRoute;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// `/_matrix/key/v2`: our keys, and those of others with our word for them.
public final class KeyRoutes {
    /// More servers in one notary query are refused.
    static final int QUERY_SERVERS_MAX = 100;

    private static final int QUERY_MAX_BYTES = 256 * 1024;

    private final OwnKeys own;
    private final ServerKeys keys;
    private final InstantSource time;

    public KeyRoutes(OwnKeys own, ServerKeys keys, InstantSource time) {
        this.own = own;
        this.keys = keys;
        this.time = time;
    }

    public List<FederationRoute> routes() {
        return List.of(
                FederationRoute.open(
                                Method.GET,
                                "/_matrix/key/v2/server",
                                new Documented("getServerKey", "r0", "KeyRoutesTest"),
                                _ -> Response.json(CanonicalJson.write(own.document())))
                        .withBodyMaxBytes(QUERY_MAX_BYTES),
                FederationRoute.open(
                                Method.GET,
                                "/_matrix/key/v2/query/{serverName}",
                                new Documented("perspectivesKeyQuery", "r0", "KeyRoutesTest"),
                                this::query)
                        .withBodyMaxBytes(QUERY_MAX_BYTES),
                FederationRoute.open(
                                Method.POST,
                                "/_matrix/key/v2/query",
                                new Documented("bulkPerspectivesKeyQuery", "r0", "KeyRoutesTest"),
                                this::bulkQuery)
                        .withBodyMaxBytes(QUERY_MAX_BYTES));
    }

    private Response query(Request request) {
        Optional<ServerName> server = ServerName.parse(request.param("serverName"));
        if (server.isEmpty()) {
            return refused(ErrorCode.INVALID_PARAM, "That is not a server name.");
        }
        long validAt = time.millis();
        Optional<String> wanted = request.query().first("minimum_valid_until_ts");
        if (wanted.isPresent()) {
            if (!wanted.get().matches("[0-9]{1,18}")) {
                return refused(
                        ErrorCode.INVALID_PARAM, "minimum_valid_until_ts is not a whole number.");
            }
            validAt = Long.parseLong(wanted.get());
        }
        return answer(notarized(server.get(), validAt).stream().toList());
    }

    private Response bulkQuery(Request request) {
        Optional<JsonObject> body = JsonParser.parseObject(
                        request.body(), JsonLimits.federationBody(QUERY_MAX_BYTES))
                .object();
        if (body.isEmpty()) {
            return refused(ErrorCode.NOT_JSON, "The body is not a JSON object.");
        }
        Optional<JsonObject> wanted = body.get().object("server_keys");
        if (wanted.isEmpty()) {
            return refused(ErrorCode.BAD_JSON, "server_keys is missing.");
        }
        if (wanted.get().size() > QUERY_SERVERS_MAX) {
            return refused(
                    ErrorCode.INVALID_PARAM,
                    "At most " + QUERY_SERVERS_MAX + " servers can be asked for at once.");
        }
        Map<ServerName, Long> validAt = new TreeMap<>();
        wanted.get()
                .forEach((name, criteria) -> ServerName.parse(name)
                        .ifPresent(server -> validAt.put(server, validAt(criteria))));
        return answer(notarized(validAt));
    }

    /// The latest time that any of the asked-for keys shall be valid at.
    private long validAt(JsonValue criteria) {
        long latest = time.millis();
        if (criteria instanceof JsonObject byKey) {
            for (int i = 0; i < byKey.size(); i++) {
                if (byKey.valueAt(i) instanceof JsonObject one) {
                    latest = Math.max(
                            latest, one.integer("minimum_valid_until_ts").orElse(0));
                }
            }
        }
        return latest;
    }

    private List<JsonObject> notarized(Map<ServerName, Long> validAt) {
        Map<ServerName, JsonObject> found = new ConcurrentSkipListMap<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            validAt.forEach((server, at) -> workers.execute(
                    () -> notarized(server, at).ifPresent(json -> found.put(server, json))));
        }
        return new ArrayList<>(found.values());
    }

    /// Our own document needs no second signature of ours.
    private Optional<JsonObject> notarized(ServerName server, long validAt) {
        if (server.equals(own.server())) {
            return Optional.of(own.document());
        }
        return keys.document(server, validAt).map(document -> own.cosign(document.json()));
    }

    private static Response answer(List<JsonObject> documents) {
        return Response.json(
                CanonicalJson.write(JsonObject.of("server_keys", JsonArray.of(documents))));
    }

    private static Response refused(ErrorCode code, String message) {
        return Response.of(Problem.of(code, message));
    }
}
