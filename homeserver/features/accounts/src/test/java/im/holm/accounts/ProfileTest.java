package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.AccountsNode.User;
import im.holm.accounts.Api.Reply;
import im.holm.journal.FactKind;
import im.holm.journal.Vector;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.FederationRoute;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.Map;

class ProfileTest {

    private static AccountsNode node;

    @BeforeAll
    static void start() {
        node = AccountsNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void everybodyMayReadAProfileAndItsFields() {
        User user = node.register();
        assertThat(user.api().get("/profile/" + user.id()).body()).hasToString("{}");
        set(user, "displayname", "\"Ada\"");
        set(user, "avatar_url", "\"mxc://test.example/ada\"");
        set(user, "m.tz", "\"Europe/London\"");
        set(user, "org.example.cat", "{\"name\":\"Tom\",\"lives\":9}");
        Reply all = node.api().get("/profile/" + user.id());
        assertThat(all.text("displayname")).isEqualTo("Ada");
        assertThat(all.text("m.tz")).isEqualTo("Europe/London");
        assertThat(all.body().object("org.example.cat").orElseThrow().integer("lives"))
                .hasValue(9);
        assertThat(node.api().get("/profile/" + user.id() + "/avatar_url").body())
                .hasToString("{\"avatar_url\":\"mxc://test.example/ada\"}");
        assertThat(node.feature().users().profile(user.id()).orElseThrow().displayName())
                .contains("Ada");
    }

    @Test
    void aFieldIsRemovedByDeletingItAndANameBySettingItEmptyToo() {
        User user = node.register();
        set(user, "displayname", "\"Ada\"");
        set(user, "displayname", "\"\"");
        assertThat(node.api().get("/profile/" + user.id() + "/displayname").error())
                .isEqualTo("M_NOT_FOUND");
        set(user, "m.tz", "\"UTC\"");
        assertThat(user.api().delete("/profile/" + user.id() + "/m.tz", "").status())
                .isEqualTo(200);
        assertThat(user.api().delete("/profile/" + user.id() + "/m.tz", "").status())
                .isEqualTo(200);
        assertThat(node.api().get("/profile/" + user.id()).body()).hasToString("{}");
    }

    @Test
    void aProfileIsItsUsersOwn() {
        User user = node.register();
        User other = node.register();
        Reply reply = other.api()
                .put("/profile/" + user.id() + "/displayname", "{\"displayname\":\"x\"}");
        assertThat(reply.error()).isEqualTo("M_FORBIDDEN");
        assertThat(other.api().delete("/profile/" + user.id() + "/m.tz", "").status())
                .isEqualTo(403);
        assertThat(node.api()
                        .put("/profile/" + user.id() + "/displayname", "{\"displayname\":\"x\"}")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void anUnknownUserHasNoProfile() {
        assertThat(node.api().get("/profile/@nobody:test.example").error())
                .isEqualTo("M_NOT_FOUND");
        assertThat(node.api().get("/profile/@nobody:elsewhere.example").error())
                .isEqualTo("M_NOT_FOUND");
        assertThat(node.api().get("/profile/nobody").error()).isEqualTo("M_INVALID_PARAM");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "displayname | {} | M_MISSING_PARAM",
                "displayname | {\"displayname\":null} | M_BAD_JSON",
                "displayname | {\"displayname\":7} | M_BAD_JSON",
                "displayname | [] | M_BAD_JSON",
                "displayname | nonsense | M_NOT_JSON",
                "avatar_url | {\"avatar_url\":\"https://x/y\"} | M_INVALID_PARAM",
                "avatar_url | {\"avatar_url\":{}} | M_BAD_JSON",
                "Nonsense | {\"Nonsense\":1} | M_INVALID_PARAM",
                "nodot | {\"nodot\":1} | M_INVALID_PARAM",
                "a..b | {\"a..b\":1} | M_INVALID_PARAM",
            })
    void aWrongFieldIsTold(String key, String body, String error) {
        User user = node.register();
        Reply reply = user.api().put("/profile/" + user.id() + "/" + key, body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo(error);
    }

    @Test
    void aProfileStaysBelowItsLimits() {
        User user = node.register();
        String key = "org.example." + "x".repeat(250);
        assertThat(user.api()
                        .put("/profile/" + user.id() + "/" + key, "{\"" + key + "\":1}")
                        .error())
                .isEqualTo("M_KEY_TOO_LARGE");
        String half = "\"" + "x".repeat(40_000) + "\"";
        set(user, "org.example.one", half);
        Reply reply = user.api()
                .put(
                        "/profile/" + user.id() + "/org.example.two",
                        "{\"org.example.two\":" + half + "}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("M_PROFILE_TOO_LARGE");
        assertThat(user.api()
                        .put(
                                "/profile/" + user.id() + "/displayname",
                                "{\"displayname\":\"" + "x".repeat(513) + "\"}")
                        .error())
                .isEqualTo("M_INVALID_PARAM");
    }

    @Test
    void aNewNameReachesTheRoomsThatTheUserIsInAndIsAFact() {
        User user = node.register();
        long room = node.room(user.id(), JsonObject.EMPTY);
        var journal = node.node().kernel().journal();
        Vector before = journal.visible();
        set(user, "displayname", "\"Ada\"");
        assertThat(journal.read(before, journal.visible(), 10))
                .extracting(entry -> entry.fact().kind())
                .contains(FactKind.PROFILE);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> node.memberContent(room, user.id())
                        .string("displayname")
                        .isPresent());
        set(user, "displayname", "\"Countess\"");
        set(user, "avatar_url", "\"mxc://test.example/c\"");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(node.memberContent(room, user.id()))
                        .hasToString("{\"avatar_url\":\"mxc://test.example/c\","
                                + "\"displayname\":\"Countess\",\"membership\":\"join\"}"));
    }

    @Test
    void anotherServerReadsTheProfileOfAUserOfThisOne() {
        User user = node.register();
        set(user, "displayname", "\"Ada\"");
        set(user, "m.tz", "\"UTC\"");
        assertThat(query("user_id=" + user.id()))
                .isEqualTo("200 {\"displayname\":\"Ada\",\"m.tz\":\"UTC\"}");
        assertThat(query("user_id=" + user.id() + "&field=displayname"))
                .isEqualTo("200 {\"displayname\":\"Ada\"}");
        assertThat(query("user_id=" + user.id() + "&field=avatar_url")).isEqualTo("200 {}");
        assertThat(query("user_id=@nobody:test.example")).startsWith("404");
        assertThat(query("user_id=@a:elsewhere.example")).startsWith("400");
        assertThat(query("user_id=nonsense")).startsWith("400");
        assertThat(query("")).startsWith("400");
    }

    private static String query(String query) {
        FederationRoute route = node.feature().slice().federationRoutes().getFirst();
        var access = (FederationRoute.Access.Server) route.access();
        Response response = access.handler()
                .handle(
                        ServerName.of("elsewhere.example"),
                        Request.of(Method.GET, route.path() + "?" + query, Map.of(), new byte[0]));
        String body = response.body() instanceof Response.Body.Bytes(var parts)
                ? new String(parts.getFirst(), java.nio.charset.StandardCharsets.UTF_8)
                : "";
        return (response.status() + " " + body).strip();
    }

    private static void set(User user, String key, String value) {
        Reply reply = user.api()
                .put("/profile/" + user.id() + "/" + key, "{\"" + key + "\":" + value + "}");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }
}
