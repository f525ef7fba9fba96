package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.AccountsNode.User;
import im.holm.accounts.Api.Reply;
import im.holm.engine.core.Membership;
import im.holm.protocol.json.JsonObject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;

class AccountTest {

    private static final String NEW_PASSWORD = "battery staple";

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
    void aNewPasswordReplacesTheOldOneAndEndsTheOtherSessions() {
        User user = node.register();
        Api other =
                node.api().as(node.login(user.name(), AccountsNode.PASSWORD).text("access_token"));
        assertThat(change(user, "\"new_password\":\"" + NEW_PASSWORD + "\"").status())
                .isEqualTo(200);
        assertThat(user.api().get("/account/whoami").status()).isEqualTo(200);
        assertThat(other.get("/account/whoami").status()).isEqualTo(401);
        assertThat(node.login(user.name(), AccountsNode.PASSWORD).status()).isEqualTo(403);
        assertThat(node.login(user.name(), NEW_PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void theOtherSessionsStayIfTheUserWishesSo() {
        User user = node.register();
        Api other =
                node.api().as(node.login(user.name(), AccountsNode.PASSWORD).text("access_token"));
        change(user, "\"new_password\":\"" + NEW_PASSWORD + "\",\"logout_devices\":false");
        assertThat(other.get("/account/whoami").status()).isEqualTo(200);
    }

    @Test
    void aWeakOrMissingNewPasswordChangesNothing() {
        User user = node.register();
        assertThat(user.api().post("/account/password", "{}").error()).isEqualTo("M_MISSING_PARAM");
        assertThat(user.api()
                        .post("/account/password", "{\"new_password\":\"short\"}")
                        .error())
                .isEqualTo("M_WEAK_PASSWORD");
        assertThat(node.api()
                        .post("/account/password", "{\"new_password\":\"x\"}")
                        .status())
                .isEqualTo(401);
        assertThat(node.login(user.name(), AccountsNode.PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void aDeactivatedAccountIsGoneFromEverywhereButItsNameStaysTaken() {
        User user = node.register();
        user.api().put("/profile/" + user.id() + "/displayname", "{\"displayname\":\"Ada\"}");
        long room = node.room(user.id(), JsonObject.EMPTY);
        Reply asked = user.api().post("/account/deactivate", "{}");
        assertThat(asked.status()).isEqualTo(401);
        Reply done = user.api()
                .post("/account/deactivate", DeviceTest.auth(user, AccountsNode.PASSWORD, asked));
        assertThat(done.body()).hasToString("{\"id_server_unbind_result\":\"success\"}");

        assertThat(user.api().get("/account/whoami").status()).isEqualTo(401);
        assertThat(node.login(user.name(), AccountsNode.PASSWORD).error())
                .isEqualTo("M_USER_DEACTIVATED");
        assertThat(node.api().get("/register/available?username=" + user.name()).error())
                .isEqualTo("M_USER_IN_USE");
        assertThat(node.feature().users().exists(user.id())).isFalse();
        assertThat(node.api().get("/profile/" + user.id()).status()).isEqualTo(404);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> node.node()
                        .kernel()
                        .memberships()
                        .of(room, user.id())
                        .filter(member -> member.membership() == Membership.LEAVE)
                        .isPresent());
    }

    @Test
    void whoamiNeedsAToken() {
        assertThat(node.api().get("/account/whoami").error()).isEqualTo("M_MISSING_TOKEN");
        assertThat(node.register().api().get("/account/3pid").body())
                .hasToString("{\"threepids\":[]}");
    }

    private static Reply change(User user, String keys) {
        Reply asked = user.api().post("/account/password", "{" + keys + "}");
        assertThat(asked.status()).isEqualTo(401);
        String auth = DeviceTest.auth(user, AccountsNode.PASSWORD, asked);
        return user.api().post("/account/password", "{" + keys + "," + auth.substring(1));
    }
}
