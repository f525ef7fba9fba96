package im.holm.e2ee.keys;

import static im.holm.e2ee.keys.KeysDevice.ok;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// One-time keys are given out once.
class KeyClaimTest {

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

    private void upload(String field, String... names) {
        var keys = JsonObject.builder();
        for (String name : names) {
            keys.put("curve25519:" + name, "key " + name);
        }
        ok(alice.post("/keys/upload", JsonObject.of(field, keys.build())));
    }

    private KeysDevice.Reply claim(String user, String device, String algorithm) {
        return bob.post(
                "/keys/claim",
                JsonObject.of(
                        "one_time_keys",
                        JsonObject.of(user, JsonObject.of(device, new JsonString(algorithm)))));
    }

    private List<String> claimed() {
        return ok(claim(alice.user(), alice.caller.deviceId(), "curve25519"))
                .object("one_time_keys", alice.user(), alice.caller.deviceId())
                .keys();
    }

    @Test
    void keysAreGivenInTheirOrderEachOnceAndThenTheFallback() {
        upload("one_time_keys", "z");
        upload("one_time_keys", "a");
        upload("fallback_keys", "fallback");
        assertThat(alice.sync().topLevel().get("device_unused_fallback_key_types"))
                .isEqualTo(JsonArray.ofStrings(List.of("curve25519")));
        assertThat(claimed()).containsExactly("curve25519:z");
        assertThat(claimed()).containsExactly("curve25519:a");
        assertThat(claimed()).containsExactly("curve25519:fallback");
        assertThat(claimed()).containsExactly("curve25519:fallback");
        assertThat(alice.sync().topLevel().get("device_unused_fallback_key_types"))
                .isEqualTo(JsonArray.EMPTY);
        upload("fallback_keys", "fallback");
        assertThat(alice.sync().topLevel().get("device_unused_fallback_key_types"))
                .as("the same key is as used as before")
                .isEqualTo(JsonArray.EMPTY);
        upload("fallback_keys", "next");
        assertThat(alice.sync().topLevel().get("device_unused_fallback_key_types"))
                .isEqualTo(JsonArray.ofStrings(List.of("curve25519")));
    }

    @Test
    void twoWhoClaimAtOnceNeverGetTheSameKey() throws InterruptedException {
        var names = new String[40];
        for (int i = 0; i < names.length; i++) {
            names[i] = "k" + i;
        }
        upload("one_time_keys", names);
        var given = new ConcurrentLinkedQueue<String>();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int n = 0; n < 10; n++) {
                    given.addAll(claimed());
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(given).hasSize(40).doesNotHaveDuplicates();
        assertThat(claimed()).isEmpty();
    }

    @Test
    void unknownUsersDevicesAndAlgorithmsHaveNoKeysAndNoneOfThemIsTold() {
        upload("one_time_keys", "a");
        var device = alice.caller.deviceId();
        assertThat(ok(claim(alice.user(), device, "nonsense"))
                        .object("one_time_keys", alice.user()))
                .isEqualTo(JsonObject.EMPTY);
        assertThat(ok(claim(alice.user(), "NONE", "curve25519"))
                        .object("one_time_keys", alice.user()))
                .isEqualTo(JsonObject.EMPTY);
        assertThat(ok(claim("@nobody:eu.example", device, "curve25519"))
                        .object("one_time_keys", "@nobody:eu.example"))
                .isEqualTo(JsonObject.EMPTY);
    }

    @Test
    void aServerThatDoesNotAnswerIsNamed() {
        assertThat(ok(claim("@carol:down.example", "D", "curve25519"))
                        .object("failures")
                        .keys())
                .containsExactly("down.example");
    }

    @Test
    void badInputIsTold() {
        assertThat(bob.post("/keys/claim", JsonObject.EMPTY).errcode())
                .isEqualTo("M_MISSING_PARAM");
        assertThat(claim("nobody", "D", "x").errcode()).isEqualTo("M_INVALID_PARAM");
        var number = JsonObject.of(alice.user(), JsonObject.EMPTY.with("D", 1));
        assertThat(bob.post("/keys/claim", JsonObject.of("one_time_keys", number))
                        .errcode())
                .isEqualTo("M_BAD_JSON");
    }
}
