package im.holm.e2ee.keys;

import static im.holm.e2ee.keys.KeysDevice.ok;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Keys of devices are looked up.
class KeyQueryTest {

    private static KeysNode node;

    @BeforeAll
    static void start() {
        node = KeysNode.start("eu.example");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private final KeysDevice alice = node.device("alice" + System.nanoTime());
    private final KeysDevice bob = node.device("bob" + System.nanoTime());

    private KeysDevice.Reply query(String user, List<String> devices) {
        return bob.post(
                "/keys/query",
                JsonObject.of("device_keys", JsonObject.of(user, JsonArray.ofStrings(devices))));
    }

    @Test
    void allDevicesWithKeysAreGivenOrThoseThatWereAskedFor() {
        var phone = node.device(alice.caller.user().localpart());
        node.device(alice.caller.user().localpart());
        alice.uploadDeviceKeys();
        phone.uploadDeviceKeys();
        assertThat(ok(query(alice.user(), List.of()))
                        .object("device_keys", alice.user())
                        .keys())
                .containsExactlyInAnyOrder(alice.caller.deviceId(), phone.caller.deviceId());
        var one = ok(query(alice.user(), List.of(phone.caller.deviceId(), "NONE")))
                .object("device_keys", alice.user());
        assertThat(one.keys()).containsExactly(phone.caller.deviceId());
        var keys = one.object(phone.caller.deviceId()).orElseThrow();
        assertThat(keys.without("unsigned")).isEqualTo(phone.deviceKeys());
        assertThat(keys.object("unsigned").flatMap(u -> u.string("device_display_name")))
                .contains("The " + phone.caller.deviceId());
    }

    @Test
    void whoHasNoKeysAndWhoDoesNotExistLookTheSame() {
        var none = ok(query(alice.user(), List.of())).object("device_keys", alice.user());
        assertThat(none.isEmpty()).isTrue();
        var nobody = ok(query("@nobody:eu.example", List.of())).object("device_keys");
        assertThat(nobody.isEmpty()
                        || nobody.object("@nobody:eu.example").orElseThrow().isEmpty())
                .isTrue();
    }

    @Test
    void aServerThatDoesNotAnswerIsNamed() {
        assertThat(ok(query("@carol:down.example", List.of()))
                        .object("failures")
                        .keys())
                .containsExactly("down.example");
    }

    @Test
    void badInputIsTold() {
        assertThat(bob.post("/keys/query", JsonObject.EMPTY).errcode())
                .isEqualTo("M_MISSING_PARAM");
        assertThat(query("nobody", List.of()).errcode()).isEqualTo("M_INVALID_PARAM");
        var text = JsonObject.of(alice.user(), new JsonString("x"));
        assertThat(bob.post("/keys/query", JsonObject.of("device_keys", text)).errcode())
                .isEqualTo("M_BAD_JSON");
    }
}
