package im.holm.federation.serving;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.federation.Peer;
import im.holm.platform.http.Method;
import im.holm.platform.http.Response;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.slice.RemoteUsers.Resolved;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class QueryRoutesTest {
    private static final ServerName US = ServerName.of("us.example.org");
    private static final ServerName PEER = ServerName.of("peer.example.org");

    private final QueryRoutes queries = new QueryRoutes(
            US,
            alias -> alias.localpart().equals("known")
                    ? Optional.of(new Resolved(RoomId.of("!r:us.example.org"), List.of(US, PEER)))
                    : Optional.empty(),
            Optional.of(ServerName.of("matrix.us.example.org:443")));
    private final Routes routes = new Routes(queries.routes());

    @Test
    void anAliasOfOursIsResolved() {
        assertThat(Routes.json(directory("?room_alias=%23known%3Aus.example.org")))
                .isEqualTo(Json.of("{'room_id':'!r:us.example.org',"
                        + "'servers':['us.example.org','peer.example.org']}"));
    }

    @Test
    void anUnknownAliasAndOneOfAnotherServerAreNotFound() {
        assertThat(Routes.error(directory("?room_alias=%23unknown%3Aus.example.org")))
                .isEqualTo("404 M_NOT_FOUND");
        assertThat(Routes.error(directory("?room_alias=%23known%3Apeer.example.org")))
                .isEqualTo("404 M_NOT_FOUND");
    }

    @Test
    void aMissingOrMalformedAliasIsABadRequest() {
        assertThat(Routes.error(directory(""))).isEqualTo("400 M_MISSING_PARAM");
        assertThat(Routes.error(directory("?room_alias=known"))).isEqualTo("400 M_INVALID_PARAM");
    }

    @Test
    void theVersionNamesTheProduct() {
        Response response =
                routes.call(PEER, Method.GET, "/_matrix/federation/v1/version", Map.of(), "", "");

        JsonObject server =
                ((JsonObject) Routes.json(response)).object("server").orElseThrow();
        assertThat(server.string("name")).contains("Holm");
        assertThat(server.string("version")).isPresent();
    }

    @Test
    void wellKnownDelegatesOnlyIfTheOperatorSaysSo() {
        assertThat(wellKnown(queries)).isEqualTo("{\"m.server\":\"matrix.us.example.org:443\"}");
        assertThat(wellKnown(new QueryRoutes(US, _ -> Optional.empty(), Optional.empty())))
                .isEqualTo("404 M_NOT_FOUND");
    }

    private static String wellKnown(QueryRoutes queries) {
        var route = queries.clientRoutes().getFirst();
        var access = (im.holm.slice.ClientRoute.Access.Open) route.access();
        Response response = access.handler()
                .handle(im.holm.platform.http.Request.of(
                        Method.GET, route.path(), Map.of(), new byte[0]));
        return response.status() == 200
                ? Peer.text((JsonObject) Routes.json(response))
                : Routes.error(response);
    }

    private Response directory(String query) {
        return routes.call(
                PEER, Method.GET, "/_matrix/federation/v1/query/directory", Map.of(), query, "");
    }
}
