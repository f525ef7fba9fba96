package im.holm.e2ee.keys;

import static im.holm.e2ee.keys.KeysDevice.ok;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.http.Method;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonString;
import im.holm.slice.EduType;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Keys and messages of users of other servers.
class KeyFederationTest {

    private static KeysNode node;

    @BeforeAll
    static void start() {
        node = KeysNode.start("eu.example");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static KeysNode other;

    @BeforeAll
    static void startOther() {
        other = KeysNode.start("us.example");
    }

    @AfterAll
    static void stopOther() {
        other.close();
    }

    private final KeysDevice alice = node.device("alice" + System.nanoTime());
    private final KeysDevice bob = other.device("bob" + System.nanoTime());

    @Test
    void keysAreQueriedAcrossServersWithoutTheNamesOfDevices() {
        bob.uploadDeviceKeys();
        var found = ok(alice.post(
                        "/keys/query",
                        JsonObject.of("device_keys", JsonObject.of(bob.user(), JsonArray.EMPTY))))
                .object("device_keys", bob.user(), bob.caller.deviceId());
        assertThat(found).isEqualTo(bob.deviceKeys());
    }

    @Test
    void oneTimeKeysAreClaimedAcrossServers() {
        ok(bob.post(
                "/keys/upload",
                JsonObject.of(
                        "one_time_keys", JsonObject.of("curve25519:a", new JsonString("k")))));
        var wanted = JsonObject.of(
                bob.user(), JsonObject.of(bob.caller.deviceId(), new JsonString("curve25519")));
        var claim = JsonObject.of("one_time_keys", wanted);
        assertThat(ok(alice.post("/keys/claim", claim))
                        .object("one_time_keys", bob.user(), bob.caller.deviceId()))
                .isEqualTo(JsonObject.of("curve25519:a", new JsonString("k")));
        assertThat(ok(alice.post("/keys/claim", claim))
                        .object("one_time_keys", bob.user(), bob.caller.deviceId())
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aMessageReachesADeviceOfAnotherServerOnce() {
        bob.sync();
        var messages = JsonObject.of(
                "messages",
                JsonObject.of(
                        bob.user(), JsonObject.of("*", JsonObject.of("n", new JsonString("1")))));
        ok(alice.put("/sendToDevice/m.test/far", messages));
        ok(alice.put("/sendToDevice/m.test/far", messages));
        assertThat(KeysDevice.messages(bob.sync())).hasSize(1);
        assertThat(KeysDevice.messages(bob.sync())).isEmpty();
    }

    @Test
    void aServerSpeaksForItsOwnUsersOnly() {
        bob.sync();
        var content = JsonObject.builder()
                .put("sender", alice.user())
                .put("type", "m.test")
                .put("message_id", "m1")
                .put("messages", JsonObject.of(bob.user(), JsonObject.of("*", JsonObject.EMPTY)))
                .build();
        other.edu("evil.example", ToDevice.EDU, content);
        assertThat(KeysDevice.messages(bob.sync())).isEmpty();
        other.edu("eu.example", ToDevice.EDU, content);
        other.edu("eu.example", ToDevice.EDU, content);
        assertThat(KeysDevice.messages(bob.sync())).hasSize(1);
    }

    @Test
    void unitsThatAreNoneChangeNothing() {
        bob.sync();
        for (String bad : new String[] {
            "{}",
            "{\"sender\":1}",
            "{\"sender\":\"@a:eu.example\",\"type\":\"t\",\"message_id\":\"x\","
                    + "\"messages\":{\"" + bob.user() + "\":1}}",
            "{\"sender\":\"@a:eu.example\",\"type\":\"t\",\"message_id\":\"x\","
                    + "\"messages\":{\"@x\":{\"*\":[]}}}"
        }) {
            JsonObject content = JsonParser.parseObject(
                            bad.getBytes(StandardCharsets.UTF_8), JsonLimits.clientBody(1000))
                    .object()
                    .orElseThrow();
            for (String type :
                    List.of(ToDevice.EDU, "m.device_list_update", "m.signing_key_update")) {
                assertThat(other.edu("eu.example", type, content)).isEqualTo(EduType.Outcome.DONE);
            }
        }
        assertThat(KeysDevice.messages(bob.sync())).isEmpty();
    }

    @Test
    void theDevicesOfAUserAreListedForOtherServers() {
        bob.uploadDeviceKeys();
        var list = KeysNode.json(other.federation(
                "eu.example",
                Method.GET,
                "/_matrix/federation/v1/user/devices/" + bob.user(),
                JsonObject.EMPTY));
        assertThat(list.string("user_id")).contains(bob.user());
        assertThat(list.integer("stream_id")).hasValue(1);
        assertThat(list.array("devices").flatMap(JsonArray::objects).orElseThrow())
                .containsExactly(JsonObject.builder()
                        .put("device_id", bob.caller.deviceId())
                        .put("keys", bob.deviceKeys())
                        .build());
        assertThat(other.federation(
                                "eu.example",
                                Method.GET,
                                "/_matrix/federation/v1/user/devices/@nobody:us.example",
                                JsonObject.EMPTY)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anAnswerIsBelievedAboutTheUsersOfItsServerOnly() {
        // us.example is asked for its own user and could say what it likes of alice.
        bob.uploadDeviceKeys();
        var found = ok(alice.post(
                "/keys/query",
                JsonObject.of("device_keys", JsonObject.of(bob.user(), JsonArray.EMPTY))));
        assertThat(found.object("device_keys").keys()).containsExactly(bob.user());
    }
}
