package im.holm.federation.serving;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.AliasSource;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.FederationRoute;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;

/// Questions that are not about a room's events: who we are, where our aliases lead.
public final class QueryRoutes {
    private static final String TEST = "QueryRoutesTest";

    /// What we call ourselves to other servers.
    private static final String NAME = "Holm";

    private final ServerName ourselves;
    private final AliasSource aliases;
    private final Optional<ServerName> delegate;

    /// @param delegate the name under which other servers shall find us, if not our own
    public QueryRoutes(ServerName ourselves, AliasSource aliases, Optional<ServerName> delegate) {
        this.ourselves = ourselves;
        this.aliases = aliases;
        this.delegate = delegate;
    }

    public List<FederationRoute> routes() {
        return List.of(
                FederationRoute.open(
                                Method.GET,
                                "/_matrix/federation/v1/version",
                                new Documented("getVersion", "r0", TEST),
                                _ -> version())
                        .withBodyMaxBytes(Bodies.NONE_MAX_BYTES),
                FederationRoute.server(
                                Method.GET,
                                "/_matrix/federation/v1/query/directory",
                                new Documented("queryRoomDirectory", "r0", TEST),
                                (_, request) -> directory(request))
                        .withBodyMaxBytes(Bodies.NONE_MAX_BYTES));
    }

    /// For the client listener, where a reverse proxy brings `https://<server name>/`.
    public List<ClientRoute> clientRoutes() {
        return List.of(ClientRoute.open(
                Method.GET,
                "/.well-known/matrix/server",
                new Documented("getWellKnown", "r0", TEST),
                _ -> wellKnown()));
    }

    private static Response version() {
        String version = QueryRoutes.class.getPackage().getImplementationVersion();
        JsonObject server = JsonObject.builder()
                .put("name", NAME)
                .put("version", version == null ? "development" : version)
                .build();
        return Response.json(JsonObject.of("server", server));
    }

    private Response wellKnown() {
        return delegate.map(name -> Response.json(JsonObject.EMPTY.with("m.server", name.text())))
                .orElseGet(() -> Response.of(Problem.of(
                        ErrorCode.NOT_FOUND, "This server delegates to no other name.")));
    }

    private Response directory(Request request) {
        Parameters query = Parameters.of(request);
        Optional<RoomAlias> alias = query.requiredQuery("room_alias", RoomAlias::parse);
        if (query.failed()) {
            return query.failure();
        }
        if (!alias.orElseThrow().server().equals(ourselves)) {
            return noSuchAlias();
        }
        return aliases.resolve(alias.get())
                .map(resolved -> Response.json(JsonObject.builder()
                        .put("room_id", resolved.room().text())
                        .put("servers", JsonArray.ofStrings(resolved.servers()))
                        .build()))
                .orElseGet(QueryRoutes::noSuchAlias);
    }

    private static Response noSuchAlias() {
        return Response.of(Problem.of(ErrorCode.NOT_FOUND, "Room alias not found."));
    }
}
