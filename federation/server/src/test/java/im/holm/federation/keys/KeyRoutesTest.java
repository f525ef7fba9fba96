package im.holm.federation.keys;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.federation.Internet;
import im.holm.federation.Peer;
import im.holm.federation.call.ServerHealth;
import im.holm.federation.call.Transport;
import im.holm.federation.discovery.Discovery;
import im.holm.federation.serving.Routes;
import im.holm.platform.http.Method;
import im.holm.platform.http.Response;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.JsonSigning;
import im.holm.testnode.TestDatabase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class KeyRoutesTest {
    private static final ServerName NOBODY = ServerName.of("nobody.example.org");

    private static TestDatabase database;

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-25T03:00:00Z"));
    private final Internet internet = new Internet();
    private final Peer us = new Peer("us.example.org");
    private final OldKey old = new OldKey(KeyId.of("ed25519:old"), new byte[32], 5);
    private final Routes routes = routes();

    @BeforeAll
    static void open() {
        database = TestDatabase.with("federation");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void ourKeysArePublishedSignedWithOldOnesAndAnEnd() {
        JsonObject document = (JsonObject) Routes.json(
                routes.call(NOBODY, Method.GET, "/_matrix/key/v2/server", Map.of(), "", ""));

        assertThat(document.string("server_name")).contains("us.example.org");
        assertThat(document.integer("valid_until_ts").orElseThrow())
                .isGreaterThan(time.millis() + Duration.ofHours(1).toMillis());
        assertThat(document.object("verify_keys")
                        .flatMap(keys -> keys.object(us.signer().keyId().toString()))
                        .flatMap(key -> key.string("key")))
                .contains(Base64Text.encode(us.signer().publicKey()));
        assertThat(document.object("old_verify_keys")
                        .flatMap(keys -> keys.object("ed25519:old"))
                        .map(key -> key.integer("expired_ts").orElse(0)))
                .contains(5L);
        assertThat(isSignedBy(document, us)).isTrue();
    }

    @Test
    void aDocumentIsNeverGivenOutShortOfItsEnd() {
        for (int hour = 0; hour < 60; hour++) {
            JsonObject document = (JsonObject) Routes.json(
                    routes.call(NOBODY, Method.GET, "/_matrix/key/v2/server", Map.of(), "", ""));
            assertThat(document.integer("valid_until_ts").orElseThrow() - time.millis())
                    .isGreaterThan(Duration.ofHours(20).toMillis());
            time.advance(Duration.ofMinutes(50));
        }
    }

    @Test
    void aNotaryPassesOnTheKeysOfOthersWithItsOwnSignature() {
        Peer peer = peer("notarized.example.org:1");

        List<JsonObject> documents = query(peer.name().text(), "");

        assertThat(documents).hasSize(1);
        assertThat(isSignedBy(documents.getFirst(), peer)).isTrue();
        assertThat(isSignedBy(documents.getFirst(), us)).isTrue();
    }

    @Test
    void aNotaryTellsWhatItKnewOfAServerThatIsGone() {
        Peer peer = peer("gone.example.org:1");
        query(peer.name().text(), "");
        internet.noSite("gone.example.org:1");
        time.advance(Duration.ofDays(30));

        assertThat(query(peer.name().text(), "")).hasSize(1);
        assertThat(query("never.example.org:1", "")).isEmpty();
    }

    @Test
    void aNotaryAsksAgainWhenLongerValidityIsWanted() {
        Peer peer = peer("longer.example.org:1");
        query(peer.name().text(), "");
        time.advance(Duration.ofMinutes(5));
        query(peer.name().text(), "");
        assertThat(internet.requests("/_matrix/key")).hasSize(1);

        long later = time.millis() + Duration.ofDays(3).toMillis();
        query(peer.name().text(), "?minimum_valid_until_ts=" + later);
        assertThat(internet.requests("/_matrix/key")).hasSize(2);
    }

    @Test
    void manyServersAreAskedForAtOnce() {
        Peer one = peer("one.example.org:1");
        Peer two = peer("two.example.org:1");

        Response response = bulk("{\"server_keys\":{\"" + one.name() + "\":{},\"" + two.name()
                + "\":{\"ed25519:x\":{\"minimum_valid_until_ts\":1}},\"not a name\":{},"
                + "\"us.example.org\":{},\"away.example.org:1\":{}}}");

        assertThat(documents(response))
                .extracting(document -> document.string("server_name").orElseThrow())
                .containsExactlyInAnyOrder(one.name().text(), two.name().text(), "us.example.org");
        assertThat(documents(bulk("{\"server_keys\":{}}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"server_keys\":[]}"})
    void aMalformedQueryIsABadRequest(String body) {
        assertThat(Routes.error(bulk(body))).startsWith("400 ");
    }

    @Test
    void tooManyServersOrAMalformedNameOrTimeAreABadRequest() {
        StringBuilder many = new StringBuilder("{\"server_keys\":{\"a\":{}");
        for (int i = 0; i < 100; i++) {
            many.append(",\"a").append(i).append("\":{}");
        }

        assertThat(Routes.error(bulk(many + "}}"))).isEqualTo("400 M_INVALID_PARAM");
        assertThat(Routes.error(get("not a name", ""))).isEqualTo("400 M_INVALID_PARAM");
        assertThat(Routes.error(get("a.b", "?minimum_valid_until_ts=soon")))
                .isEqualTo("400 M_INVALID_PARAM");
    }

    private Peer peer(String name) {
        return new Peer(name).on(internet, time.millis() + Duration.ofDays(1).toMillis());
    }

    private List<JsonObject> query(String name, String query) {
        return documents(get(name, query));
    }

    private Response get(String name, String query) {
        return routes.call(
                NOBODY,
                Method.GET,
                "/_matrix/key/v2/query/{serverName}",
                Map.of("serverName", name),
                query,
                "");
    }

    private Response bulk(String body) {
        return routes.call(NOBODY, Method.POST, "/_matrix/key/v2/query", Map.of(), "", body);
    }

    private static List<JsonObject> documents(Response response) {
        return ((JsonObject) Routes.json(response))
                .array("server_keys")
                .flatMap(array -> array.objects())
                .orElseThrow();
    }

    private static boolean isSignedBy(JsonObject document, Peer peer) {
        return JsonSigning.verify(
                document, peer.name(), peer.signer().keyId(), peer.signer().publicKey());
    }

    private Routes routes() {
        OwnKeys own = new OwnKeys(us.signer(), List.of(old), time);
        Transport transport = new Transport(
                new Discovery(internet, internet, time), internet, new ServerHealth(time));
        ServerKeys keys = new ServerKeys(own, database.database(), transport, List.of(), time);
        return new Routes(new KeyRoutes(own, keys, time).routes());
    }
}
