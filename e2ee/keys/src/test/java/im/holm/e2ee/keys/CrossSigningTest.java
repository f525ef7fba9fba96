package im.holm.e2ee.keys;

import static im.holm.e2ee.keys.KeysDevice.ok;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Users say which devices are theirs, and whom they have verified.
class CrossSigningTest {

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

    private static JsonObject keys(KeysDevice device, String seed) {
        var master = device.pair("master" + seed);
        String name = "ed25519:" + master.publicText();
        return JsonObject.builder()
                .put("master_key", master.crossSigningKey("master"))
                .put(
                        "self_signing_key",
                        master.sign(
                                device.pair("self" + seed).crossSigningKey("self_signing"), name))
                .put(
                        "user_signing_key",
                        master.sign(
                                device.pair("user" + seed).crossSigningKey("user_signing"), name))
                .build();
    }

    private static KeysDevice.Reply upload(KeysDevice device, JsonObject keys) {
        return device.post("/keys/device_signing/upload", keys);
    }

    private static KeysDevice.Reply query(KeysDevice viewer, KeysDevice of) {
        return ok(viewer.post(
                "/keys/query",
                JsonObject.of("device_keys", JsonObject.of(of.user(), JsonArray.EMPTY))));
    }

    private static JsonObject failures(KeysDevice.Reply reply) {
        return ok(reply).object("failures");
    }

    @Test
    void theFirstKeysNeedNoProofTheSameAgainNeitherOthersDo() {
        ok(upload(alice, keys(alice, "")));
        ok(upload(alice, keys(alice, "")));
        var other = keys(alice, "other");
        assertThat(upload(alice, other).status()).isEqualTo(401);
        assertThat(query(bob, alice).object("master_keys", alice.user()))
                .isEqualTo(keys(alice, "").object("master_key").orElseThrow());
        ok(upload(alice, other.with("auth", "proof")));
        assertThat(query(bob, alice).object("master_keys", alice.user()))
                .isEqualTo(other.object("master_key").orElseThrow());
    }

    @Test
    void theUserSigningKeyIsSeenByItsUserOnly() {
        ok(upload(alice, keys(alice, "")));
        assertThat(query(bob, alice).object("user_signing_keys").isEmpty()).isTrue();
        assertThat(query(bob, alice).object("self_signing_keys").keys())
                .containsExactly(alice.user());
        assertThat(query(alice, alice).object("user_signing_keys").keys())
                .containsExactly(alice.user());
    }

    @Test
    void keysThatTheMasterKeyHasNotSignedAreRefused() {
        var good = keys(alice, "");
        var unsigned =
                good.with("self_signing_key", alice.pair("self").crossSigningKey("self_signing"));
        assertThat(upload(alice, unsigned).errcode()).isEqualTo("M_INVALID_SIGNATURE");
        var byAnother = bob.pair("master");
        var forged = good.with(
                "self_signing_key",
                byAnother.sign(
                        alice.pair("self").crossSigningKey("self_signing"),
                        "ed25519:" + alice.pair("master").publicText()));
        assertThat(upload(alice, forged).errcode()).isEqualTo("M_INVALID_SIGNATURE");
        assertThat(upload(alice, good.without("master_key")).errcode())
                .isEqualTo("M_MISSING_PARAM");
        assertThat(upload(alice, keys(bob, "")).errcode()).isEqualTo("M_INVALID_PARAM");
        var wrongUsage = JsonObject.of("master_key", alice.pair("m").crossSigningKey("other"));
        assertThat(upload(alice, wrongUsage).errcode()).isEqualTo("M_INVALID_PARAM");
        var noKey = alice.pair("m").crossSigningKey("master").with("keys", JsonObject.EMPTY);
        assertThat(upload(alice, JsonObject.of("master_key", noKey)).errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(query(bob, alice).object("master_keys").isEmpty()).isTrue();
    }

    @Test
    void aDeviceIsSignedByTheSelfSigningKeyAndEverybodySeesIt() {
        alice.uploadDeviceKeys();
        ok(upload(alice, keys(alice, "")));
        var self = alice.pair("self");
        var name = "ed25519:" + self.publicText();
        var signed = self.sign(alice.deviceKeys(), name);
        var given = JsonObject.of(alice.user(), JsonObject.of(alice.caller.deviceId(), signed));
        assertThat(failures(alice.post("/keys/signatures/upload", given)).isEmpty())
                .isTrue();
        assertThat(query(bob, alice)
                        .object("device_keys", alice.user(), alice.caller.deviceId())
                        .object("signatures")
                        .flatMap(all -> all.object(alice.user()))
                        .orElseThrow()
                        .keys())
                .contains(name);
    }

    @Test
    void anotherUsersMasterKeyIsSignedAndOnlyTheSignerSeesIt() {
        ok(upload(alice, keys(alice, "")));
        ok(upload(bob, keys(bob, "")));
        var user = alice.pair("user");
        var signed = user.sign(
                keys(bob, "").object("master_key").orElseThrow(), "ed25519:" + user.publicText());
        var given =
                JsonObject.of(bob.user(), JsonObject.of(bob.pair("master").publicText(), signed));
        assertThat(failures(alice.post("/keys/signatures/upload", given)).isEmpty())
                .isTrue();
        assertThat(query(alice, bob)
                        .object("master_keys", bob.user(), "signatures")
                        .keys())
                .containsExactly(alice.user());
        assertThat(query(bob, bob)
                        .object("master_keys", bob.user(), "signatures")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void theOwnMasterKeyIsSignedByADevice() {
        alice.uploadDeviceKeys();
        ok(upload(alice, keys(alice, "")));
        var signed = alice.pair("device")
                .sign(
                        keys(alice, "").object("master_key").orElseThrow(),
                        "ed25519:" + alice.caller.deviceId());
        var given = JsonObject.of(
                alice.user(), JsonObject.of(alice.pair("master").publicText(), signed));
        assertThat(failures(alice.post("/keys/signatures/upload", given)).isEmpty())
                .isTrue();
    }

    @Test
    void signaturesThatProveNothingAreRefusedEachByItself() {
        alice.uploadDeviceKeys();
        bob.uploadDeviceKeys();
        ok(upload(alice, keys(alice, "")));
        var self = alice.pair("self");
        var name = "ed25519:" + self.publicText();
        var forged = bob.pair("x").sign(alice.deviceKeys(), name);
        var ofUser = JsonObject.of(alice.caller.deviceId(), forged);
        assertThat(failures(alice.post(
                                "/keys/signatures/upload", JsonObject.of(alice.user(), ofUser)))
                        .object(alice.user())
                        .flatMap(keys -> keys.object(alice.caller.deviceId()))
                        .flatMap(failure -> failure.string("errcode")))
                .contains("M_INVALID_SIGNATURE");
        var changed = self.sign(alice.deviceKeys().with("algorithms", JsonArray.EMPTY), name);
        assertThat(failures(alice.post(
                                "/keys/signatures/upload",
                                JsonObject.of(
                                        alice.user(),
                                        JsonObject.of(alice.caller.deviceId(), changed))))
                        .toString())
                .contains("M_INVALID_PARAM");
        var others = JsonObject.of(
                bob.user(),
                JsonObject.of(bob.caller.deviceId(), self.sign(bob.deviceKeys(), name)));
        assertThat(failures(alice.post("/keys/signatures/upload", others)).toString())
                .as("a device of another user is not for us to sign")
                .contains("M_NOT_FOUND");
        assertThat(alice.post("/keys/signatures/upload", new JsonString("x")).errcode())
                .isEqualTo("M_BAD_JSON");
    }
}
