package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.AccountsNode.User;
import im.holm.accounts.Api.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Locale;

class LoginTest {

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
    void passwordsAreTheOnlyWayIn() {
        assertThat(node.api().get("/login").body())
                .hasToString("{\"flows\":[{\"type\":\"m.login.password\"}]}");
    }

    @Test
    void aUserSignsInByNameByIdAndInTheOldForm() {
        User user = node.register();
        assertThat(node.login(user.name(), AccountsNode.PASSWORD).text("user_id"))
                .isEqualTo(user.id().toString());
        assertThat(node.login(user.id().toString(), AccountsNode.PASSWORD).status())
                .isEqualTo(200);
        String capital =
                Character.toUpperCase(user.name().charAt(0)) + user.name().substring(1);
        assertThat(node.login(capital, AccountsNode.PASSWORD).text("user_id"))
                .isEqualTo(user.id().toString());
        Reply old = node.api()
                .post(
                        "/login",
                        "{\"type\":\"m.login.password\",\"user\":\"" + user.name()
                                + "\",\"password\":\"" + AccountsNode.PASSWORD + "\"}");
        assertThat(old.status()).isEqualTo(200);
    }

    @Test
    void aWrongPasswordAndAnUnknownUserAnswerAlike() {
        User user = node.register();
        Reply wrong = node.login(user.name(), "incorrect horse");
        Reply unknown = node.login("nobody", "incorrect horse");
        Reply elsewhere = node.login("@" + user.name() + ":other.example", AccountsNode.PASSWORD);
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.error()).isEqualTo("M_FORBIDDEN");
        assertThat(unknown).isEqualTo(wrong);
        assertThat(elsewhere).isEqualTo(wrong);
    }

    @Test
    void signingInOnAKnownDeviceEndsItsEarlierSession() {
        User user = node.register("{\"device_id\":\"D\"}");
        Reply again = node.login(user.name(), AccountsNode.PASSWORD, "{\"device_id\":\"D\"}");
        assertThat(again.text("device_id")).isEqualTo("D");
        assertThat(user.api().get("/account/whoami").error()).isEqualTo("M_UNKNOWN_TOKEN");
        assertThat(node.api()
                        .as(again.text("access_token"))
                        .get("/account/whoami")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aTokenDoesNotOutliveItsLogout() {
        User user = node.register();
        assertThat(user.api().get("/account/whoami").status()).isEqualTo(200);
        assertThat(user.api().post("/logout", "{}").status()).isEqualTo(200);
        Reply after = user.api().get("/account/whoami");
        assertThat(after.status()).isEqualTo(401);
        assertThat(after.error()).isEqualTo("M_UNKNOWN_TOKEN");
        assertThat(after.body().bool("soft_logout")).contains(false);
    }

    @Test
    void loggingOutEverywhereEndsAllSessions() {
        User user = node.register();
        Reply second = node.login(user.name(), AccountsNode.PASSWORD);
        Api other = node.api().as(second.text("access_token"));
        assertThat(user.api().post("/logout/all", "{}").status()).isEqualTo(200);
        assertThat(user.api().get("/account/whoami").status()).isEqualTo(401);
        assertThat(other.get("/account/whoami").status()).isEqualTo(401);
    }

    @Test
    void anExpiredTokenIsASoftLogoutAndCanBeRefreshed() {
        User user = node.register();
        Reply login = node.login(user.name(), AccountsNode.PASSWORD, "{\"refresh_token\":true}");
        assertThat(login.body().integer("expires_in_ms")).hasValue(3_600_000);
        Api short1 = node.api().as(login.text("access_token"));
        assertThat(short1.get("/account/whoami").status()).isEqualTo(200);
        node.time.advance(Duration.ofHours(1));
        Reply expired = short1.get("/account/whoami");
        assertThat(expired.status()).isEqualTo(401);
        assertThat(expired.body().bool("soft_logout")).contains(true);

        String refresh = "{\"refresh_token\":\"" + login.text("refresh_token") + "\"}";
        Reply fresh = node.api().post("/refresh", refresh);
        assertThat(fresh.status()).isEqualTo(200);
        assertThat(node.api().post("/refresh", refresh).status())
                .as("the answer may have been lost")
                .isEqualTo(200);
        Reply last = node.api().post("/refresh", refresh);
        Api renewed = node.api().as(last.text("access_token"));
        assertThat(renewed.get("/account/whoami").text("device_id"))
                .isEqualTo(login.text("device_id"));
        Reply spent = node.api().post("/refresh", refresh);
        assertThat(spent.status()).as("a new token was used").isEqualTo(401);
        assertThat(spent.error()).isEqualTo("M_UNKNOWN_TOKEN");
        assertThat(user.api().get("/account/whoami").status())
                .as("a session without a refresh token does not expire")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":7}",
                "{\"type\":\"m.login.token\",\"token\":\"x\"}",
                "{\"type\":\"m.login.password\"}",
                "{\"type\":\"m.login.password\",\"password\":\"x\"}",
                "{\"type\":\"m.login.password\",\"password\":\"x\",\"identifier\":[]}",
                "{\"type\":\"m.login.password\",\"password\":\"x\",\"identifier\":{}}",
                "{\"type\":\"m.login.password\",\"password\":\"x\",\"identifier\":"
                        + "{\"type\":\"m.id.fax\"}}",
                "{\"type\":\"m.login.password\",\"password\":\"x\",\"identifier\":"
                        + "{\"type\":\"m.id.user\"}}",
                "{\"type\":\"m.login.password\",\"password\":7,\"user\":\"a\"}",
                "[]",
                "nonsense"
            })
    void aMalformedLoginIsTold(String body) {
        Reply reply = node.api().post("/login", body);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error())
                .isIn(
                        "M_BAD_JSON",
                        "M_NOT_JSON",
                        "M_MISSING_PARAM",
                        "M_INVALID_PARAM",
                        "M_UNKNOWN");
    }

    @Test
    void anIdentifierThatNobodyCanHaveIsForbidden() {
        Reply reply = node.api()
                .post(
                        "/login",
                        "{\"type\":\"m.login.password\",\"password\":\"x\",\"identifier\":"
                                + "{\"type\":\"m.id.thirdparty\",\"medium\":\"email\","
                                + "\"address\":\"a@b.c\"}}");
        assertThat(reply.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "hol_", "hol_acc_tooshort", "syt_whatever"})
    void aTokenThatIsNoneLetsNobodyIn(String token) {
        Reply reply = node.api().as(token).get("/account/whoami");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.error()).isIn("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN");
        assertThat(node.api().get("/account/whoami").error()).isEqualTo("M_MISSING_TOKEN");
    }

    @Test
    void guessingIsSlowedDownAndTheOwnerIsNot() {
        try (var limited = AccountsNode.start("HOLM_RATE_LIMITS", "true")) {
            User user = limited.register();
            Reply reply = limited.login(user.name(), "wrong guess");
            for (int i = 0; i < 40 && reply.status() == 403; i++) {
                reply = limited.login(user.name(), "wrong guess");
            }
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.error()).isEqualTo("M_LIMIT_EXCEEDED");
            assertThat(reply.body().integer("retry_after_ms").orElse(0)).isPositive();
            assertThat(user.api().get("/account/whoami").status()).isEqualTo(200);
            limited.time.advance(Duration.ofSeconds(20));
            assertThat(limited.login(user.name(), AccountsNode.PASSWORD).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aNameInOtherLettersGivesNoFurtherGuesses() {
        try (var limited = AccountsNode.start("HOLM_RATE_LIMITS", "true")) {
            User user = limited.register();
            for (int i = 0; i < 10; i++) {
                assertThat(limited.login(user.name(), "wrong guess").status()).isEqualTo(403);
            }
            assertThat(limited.login(user.name().toUpperCase(Locale.ROOT), "wrong guess")
                            .status())
                    .isEqualTo(429);
            assertThat(limited.login(user.id().toString(), "wrong guess").status())
                    .isEqualTo(429);
            assertThat(limited.login("somebody-else", "wrong guess").status()).isEqualTo(403);
        }
    }

    @Test
    void discoveryNamesThePublicUrl() {
        try (var known =
                AccountsNode.start("HOLM_CLIENT_PUBLIC_URL", "https://matrix.example.org")) {
            assertThat(known.api().get("/.well-known/matrix/client").body())
                    .hasToString(
                            "{\"m.homeserver\":{\"base_url\":\"https://matrix.example.org\"}}");
        }
        assertThat(node.api().get("/.well-known/matrix/client").body())
                .hasToString(
                        "{\"m.homeserver\":{\"base_url\":\"" + node.node().clientUrl() + "\"}}");
    }
}
