package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.AccountsNode.User;
import im.holm.accounts.Api.Reply;
import im.holm.journal.FactKind;
import im.holm.journal.Vector;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DeviceTest {

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
    void aUserSeesTheirOwnDevicesOnly() {
        User user = node.register("{\"device_id\":\"A\"}");
        node.login(user.name(), AccountsNode.PASSWORD, "{\"device_id\":\"B\"}");
        Reply list = user.api().get("/devices");
        assertThat(list.body().array("devices").orElseThrow().objects().orElseThrow())
                .extracting(device -> device.string("device_id").orElseThrow())
                .containsExactly("A", "B");
        assertThat(node.register().api().get("/devices/A").status()).isEqualTo(404);
        assertThat(user.api().get("/devices/A").body().integer("last_seen_ts"))
                .hasValue(node.time.millis());
    }

    @Test
    void aDeviceIsRenamedByItsUserOnly() {
        User user = node.register("{\"device_id\":\"A\"}");
        assertThat(user.api().put("/devices/A", "{\"display_name\":\"Desk\"}").status())
                .isEqualTo(200);
        assertThat(user.api().get("/devices/A").text("display_name")).isEqualTo("Desk");
        assertThat(user.api().put("/devices/A", "{}").status()).isEqualTo(200);
        assertThat(user.api().get("/devices/A").text("display_name")).isEqualTo("Desk");
        assertThat(user.api().put("/devices/NONE", "{\"display_name\":\"x\"}").error())
                .isEqualTo("M_NOT_FOUND");
        assertThat(user.api().put("/devices/A", "{\"display_name\":7}").error())
                .isEqualTo("M_BAD_JSON");
        assertThat(node.register()
                        .api()
                        .put("/devices/A", "{\"display_name\":\"x\"}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void removingADeviceTakesThePasswordAndEndsItsSession() {
        User user = node.register();
        Reply second = node.login(user.name(), AccountsNode.PASSWORD, "{\"device_id\":\"GONE\"}");
        Api other = node.api().as(second.text("access_token"));
        assertThat(other.get("/account/whoami").status()).isEqualTo(200);

        Reply asked = user.api().delete("/devices/GONE", "{}");
        assertThat(asked.status()).isEqualTo(401);
        assertThat(asked.body().array("flows").orElseThrow())
                .hasToString("[{\"stages\":[\"m.login.password\"]}]");
        Reply wrong = user.api().delete("/devices/GONE", auth(user, "wrong", asked));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.error()).isEqualTo("M_FORBIDDEN");
        assertThat(wrong.text("session")).isEqualTo(asked.text("session"));
        assertThat(other.get("/account/whoami").status()).isEqualTo(200);

        Vector before = node.node().kernel().journal().visible();
        Reply done = user.api().delete("/devices/GONE", auth(user, AccountsNode.PASSWORD, asked));
        assertThat(done.status()).isEqualTo(200);
        assertThat(other.get("/account/whoami").status()).isEqualTo(401);
        var journal = node.node().kernel().journal();
        assertThat(journal.read(before, journal.visible(), 10))
                .extracting(entry -> entry.fact().kind())
                .containsExactly(FactKind.DEVICE_LIST);
    }

    @Test
    void anAuthenticationForOneDeviceDoesNotServeForAnother() {
        User user = node.register("{\"device_id\":\"A\"}");
        node.login(user.name(), AccountsNode.PASSWORD, "{\"device_id\":\"B\"}");
        Reply asked = user.api().delete("/devices/B", "{}");
        Reply other = user.api().delete("/devices/A", auth(user, AccountsNode.PASSWORD, asked));
        assertThat(other.status()).isEqualTo(403);
        assertThat(user.api().get("/account/whoami").status()).isEqualTo(200);
    }

    @Test
    void somebodyElsesPasswordDoesNotServe() {
        User user = node.register("{\"device_id\":\"A\"}");
        User stranger = node.register();
        Reply asked = user.api().delete("/devices/A", "{}");
        Reply reply = user.api().delete("/devices/A", auth(stranger, AccountsNode.PASSWORD, asked));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(user.api().get("/devices/A").status()).isEqualTo(200);
    }

    @Test
    void severalDevicesGoAtOnce() {
        User user = node.register("{\"device_id\":\"A\"}");
        node.login(user.name(), AccountsNode.PASSWORD, "{\"device_id\":\"B\"}");
        node.login(user.name(), AccountsNode.PASSWORD, "{\"device_id\":\"C\"}");
        String devices = "\"devices\":[\"B\",\"C\",\"UNKNOWN\"]";
        Reply asked = user.api().post("/delete_devices", "{" + devices + "}");
        assertThat(asked.status()).isEqualTo(401);
        String auth = auth(user, AccountsNode.PASSWORD, asked);
        Reply done = user.api().post("/delete_devices", "{" + devices + "," + auth.substring(1));
        assertThat(done.status()).isEqualTo(200);
        assertThat(user.api()
                        .get("/devices")
                        .body()
                        .array("devices")
                        .orElseThrow()
                        .size())
                .isEqualTo(1);
        assertThat(user.api().post("/delete_devices", "{}").error()).isEqualTo("M_MISSING_PARAM");
        assertThat(user.api().post("/delete_devices", "{\"devices\":[7]}").error())
                .isEqualTo("M_BAD_JSON");
    }

    static String auth(User user, String password, Reply asked) {
        return "{\"auth\":{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\","
                + "\"user\":\"" + user.name() + "\"},\"password\":\"" + password
                + "\",\"session\":\"" + asked.text("session") + "\"}}";
    }
}
