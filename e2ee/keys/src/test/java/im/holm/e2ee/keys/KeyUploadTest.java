package im.holm.e2ee.keys;

import static im.holm.e2ee.keys.KeysDevice.ok;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Devices publish their keys.
class KeyUploadTest {

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

    private static JsonObject signedKey(String text) {
        return JsonObject.builder()
                .put("key", text)
                .put("signatures", JsonObject.EMPTY)
                .build();
    }

    private KeysDevice.Reply upload(String field, JsonObject keys) {
        return alice.post("/keys/upload", JsonObject.of(field, keys));
    }

    @Test
    void anEmptyUploadTellsHowManyKeysAreLeft() {
        assertThat(ok(alice.post("/keys/upload", JsonObject.EMPTY)).object("one_time_key_counts"))
                .isEqualTo(JsonObject.EMPTY.with("signed_curve25519", 0));
    }

    @Test
    void oneTimeKeysAreCountedByAlgorithmAndTheSameAgainIsNoFault() {
        var keys = JsonObject.builder()
                .put("signed_curve25519:a", signedKey("1"))
                .put("signed_curve25519:b", signedKey("2"))
                .put("curve25519:c", "3")
                .build();
        var counts = ok(upload("one_time_keys", keys)).object("one_time_key_counts");
        assertThat(counts.integer("signed_curve25519")).hasValue(2);
        assertThat(counts.integer("curve25519")).hasValue(1);
        assertThat(ok(upload("one_time_keys", keys)).object("one_time_key_counts"))
                .isEqualTo(counts);
        var sync = alice.sync().topLevel().get("device_one_time_keys_count");
        assertThat(sync).isEqualTo(counts);
    }

    @Test
    void aNameIsNotGivenToAnotherKeyAndNothingOfThatUploadStays() {
        ok(upload("one_time_keys", JsonObject.of("signed_curve25519:a", signedKey("1"))));
        var both = JsonObject.builder()
                .put("signed_curve25519:new", signedKey("3"))
                .put("signed_curve25519:a", signedKey("2"))
                .build();
        assertThat(upload("one_time_keys", both).errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ok(alice.post("/keys/upload", JsonObject.EMPTY))
                        .object("one_time_key_counts")
                        .integer("signed_curve25519"))
                .hasValue(1);
    }

    @Test
    void aDeviceHasSoManyKeysAtMost() {
        var keys = JsonObject.builder();
        for (int i = 0; i <= OneTimeKeyTable.KEYS_MAX; i++) {
            keys.put("curve25519:" + i, "k");
        }
        var refused = upload("one_time_keys", keys.build());
        assertThat(refused.errcode()).isEqualTo("M_USER_LIMIT_EXCEEDED");
    }

    @Test
    void keysOfAnotherDeviceAreRefused() {
        var other = node.device("bob" + System.nanoTime());
        assertThat(upload("device_keys", other.deviceKeys()).errcode())
                .isEqualTo("M_INVALID_PARAM");
        var noId = alice.deviceKeys().without("device_id");
        assertThat(upload("device_keys", noId).errcode()).isEqualTo("M_MISSING_PARAM");
    }

    @Test
    void whatIsNotAKeyIsRefused() {
        for (String bad : new String[] {"nocolon", ":x", "x:", "x:\0"}) {
            assertThat(upload("one_time_keys", JsonObject.of(bad, signedKey("1")))
                            .errcode())
                    .as(bad)
                    .isEqualTo("M_INVALID_PARAM");
        }
        assertThat(upload("one_time_keys", JsonObject.EMPTY.with("curve25519:a", 1))
                        .errcode())
                .isEqualTo("M_BAD_JSON");
        var unsigned = JsonObject.of("key", new JsonString("1"));
        assertThat(upload("one_time_keys", JsonObject.of("signed_curve25519:a", unsigned))
                        .errcode())
                .isEqualTo("M_BAD_JSON");
        var large = alice.deviceKeys().with("x", "y".repeat(KeyUpload.KEY_MAX_BYTES));
        assertThat(upload("device_keys", large).errcode()).isEqualTo("M_TOO_LARGE");
        var odd = alice.deviceKeys().with("keys", JsonObject.EMPTY.with("ed25519:X", 1));
        assertThat(upload("device_keys", odd).errcode()).isEqualTo("M_BAD_JSON");
        var twoFallbacks = JsonObject.builder()
                .put("curve25519:a", "1")
                .put("curve25519:b", "2")
                .build();
        assertThat(upload("fallback_keys", twoFallbacks).errcode()).isEqualTo("M_INVALID_PARAM");
    }
}
