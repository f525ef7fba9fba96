package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.Api.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

class RegistrationTest {

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
    void aUserRegistersInTwoStepsAndIsSignedIn() {
        String name = node.freshName();
        Reply asked = node.api().post("/register", AccountsNode.body(name, "{}", ""));
        assertThat(asked.status()).isEqualTo(401);
        assertThat(asked.body().array("flows").orElseThrow())
                .hasToString("[{\"stages\":[\"m.login.dummy\"]}]");
        String auth = "\"auth\":{\"type\":\"m.login.dummy\",\"session\":\"" + asked.text("session")
                + "\"}";
        Reply done = node.api().post("/register", AccountsNode.body(name, "{}", auth));
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.text("user_id")).isEqualTo("@" + name + ":test.example");
        Reply who = node.api().as(done.text("access_token")).get("/account/whoami");
        assertThat(who.text("user_id")).isEqualTo(done.text("user_id"));
        assertThat(who.text("device_id")).isEqualTo(done.text("device_id"));
    }

    @Test
    void aSessionServesForTheRequestThatItWasOpenedForOnly() {
        String name = node.freshName();
        Reply asked = node.api().post("/register", AccountsNode.body(name, "{}", ""));
        String auth = "\"auth\":{\"type\":\"m.login.dummy\",\"session\":\"" + asked.text("session")
                + "\"}";
        Reply other = node.api().post("/register", AccountsNode.body(node.freshName(), "{}", auth));
        assertThat(other.status()).isEqualTo(403);
        assertThat(node.api()
                        .post("/register", AccountsNode.body(name, "{}", auth))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anUnknownSessionIsAskedAgain() {
        String auth = "\"auth\":{\"type\":\"m.login.dummy\",\"session\":\"nonsense\"}";
        Reply reply = node.api().post("/register", AccountsNode.body(node.freshName(), "{}", auth));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text("session")).isNotEqualTo("nonsense");
        assertThat(reply.error()).isEqualTo("M_FORBIDDEN");
    }

    @Test
    void theClientNamesItsDeviceOrTheServerDoes() {
        var named = node.register(
                "{\"device_id\":\"PHONE\",\"initial_device_display_name\":\"Jungle Phone\"}");
        assertThat(named.deviceId()).isEqualTo("PHONE");
        assertThat(named.api().get("/devices/PHONE").text("display_name"))
                .isEqualTo("Jungle Phone");
        assertThat(node.register().deviceId()).matches("[A-Z]{10}");
    }

    @Test
    void whoInhibitsTheLoginGetsNoToken() {
        String name = node.freshName();
        Reply reply = node.api()
                .post(
                        "/register",
                        AccountsNode.body(
                                name,
                                "{\"inhibit_login\":true}",
                                "\"auth\":{\"type\":\"m.login.dummy\"}"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body().has("access_token")).isFalse();
        assertThat(node.login(name, AccountsNode.PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void withoutANameTheServerChoosesOneThatSaysNothing() {
        Reply reply = node.api()
                .post(
                        "/register",
                        "{\"password\":\"correct horse\",\"auth\":{\"type\":\"m.login.dummy\"}}");
        assertThat(reply.text("user_id")).matches("@[a-z2-9]{12}:test\\.example");
    }

    @Test
    void aNameIsGivenOnceEvenToThoseWhoComeTogether() throws Exception {
        String name = node.freshName();
        Callable<Reply> attempt = () -> node.api()
                .post(
                        "/register",
                        AccountsNode.body(name, "{}", "\"auth\":{\"type\":\"m.login.dummy\"}"));
        try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
            var replies = together.invokeAll(List.of(attempt, attempt, attempt));
            int made = 0;
            for (var reply : replies) {
                made += reply.get().status() == 200 ? 1 : 0;
            }
            assertThat(made).isEqualTo(1);
        }
        Reply late = attempt.call();
        assertThat(late.status()).isEqualTo(400);
        assertThat(late.error()).isEqualTo("M_USER_IN_USE");
        assertThat(node.api().get("/register/available?username=" + name).error())
                .isEqualTo("M_USER_IN_USE");
        assertThat(node.api()
                        .get("/register/available?username=" + node.freshName())
                        .body())
                .hasToString("{\"available\":true}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Upper",
                "a b",
                "a:b",
                "@a",
                "ünï",
                "_bridge",
                "a\\u0000b",
                "x234567890123456789012345678901234567890123456789012345678901234567890123456789"
                        + "x234567890123456789012345678901234567890123456789012345678901234567890"
                        + "x234567890123456789012345678901234567890123456789012345678901234567890"
                        + "x2345678901234567890123456789"
            })
    void aNameOutsideTheGrammarIsRefusedBeforeAnythingIsAsked(String name) {
        Reply reply = node.api().post("/register", AccountsNode.body(name, "{}", ""));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("M_INVALID_USERNAME");
    }

    @Test
    void aWeakPasswordIsRefused() {
        Reply reply =
                node.api().post("/register", "{\"username\":\"weak\",\"password\":\"1234567\"}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isEqualTo("M_WEAK_PASSWORD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"username\":7}",
                "{\"username\":\"x\",\"password\":[]}",
                "{\"username\":\"x\",\"inhibit_login\":\"yes\"}",
                "{\"username\":\"x\",\"auth\":\"dummy\"}",
                "{\"username\":\"x\",\"auth\":{\"type\":7}}",
                "{\"username\":\"x\",\"auth\":{\"type\":\"m.login.dummy\",\"session\":7}}",
                "{\"device_id\":\"\"}",
                "{\"device_id\":\"a\\nb\"}",
                "{\"device_id\":7}",
                "{\"initial_device_display_name\":\"a\\u0000b\"}",
                "[]",
                "{",
                ""
            })
    void aMalformedRequestIsTold(String body) {
        Reply reply = node.api().post("/register", body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).isIn("M_BAD_JSON", "M_NOT_JSON", "M_INVALID_PARAM");
    }

    @Test
    void thereAreNoGuests() {
        assertThat(node.api().post("/register?kind=guest", "{}").status()).isEqualTo(403);
        assertThat(node.api().post("/register?kind=ghost", "{}").error())
                .isEqualTo("M_INVALID_PARAM");
    }

    @Test
    void aClosedServerRegistersNobody() {
        try (var closed = AccountsNode.start("HOLM_REGISTRATION_MODE", "closed")) {
            Reply reply = closed.api().post("/register", AccountsNode.body("a", "{}", ""));
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.error()).isEqualTo("M_FORBIDDEN");
            assertThat(closed.api().get("/register/available?username=a").status())
                    .isEqualTo(403);
        }
    }

    @Test
    void whoHasATokenMayRegisterAsOftenAsItAllows() {
        try (var node = AccountsNode.start("HOLM_REGISTRATION_MODE", "token")) {
            String key = AdminKey.read(node.dir()).orElseThrow().authorization().substring(7);
            Reply made = node.management()
                    .as(key)
                    .post("/_holm/admin/v1/registration_tokens", "{\"uses_allowed\":1}");
            assertThat(made.status()).isEqualTo(201);
            String token = made.text("token");
            String validity =
                    "/_matrix/client/v1/register/m.login.registration_token/validity" + "?token=";
            assertThat(node.api().get(validity + token).body()).hasToString("{\"valid\":true}");
            assertThat(withToken(node, "wrong").error()).isEqualTo("M_FORBIDDEN");
            assertThat(withToken(node, token).status()).isEqualTo(200);
            assertThat(withToken(node, token).status()).isEqualTo(401);
            assertThat(node.api().get(validity + token).body()).hasToString("{\"valid\":false}");
        }
    }

    private static Reply withToken(AccountsNode node, String token) {
        return node.api()
                .post(
                        "/register",
                        AccountsNode.body(
                                node.freshName(),
                                "{}",
                                "\"auth\":{\"type\":\"m.login.registration_token\",\"token\":\""
                                        + token + "\"}"));
    }
}
