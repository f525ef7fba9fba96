package im.holm.e2ee.keys;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.journal.Vector;
import im.holm.platform.http.Response;
import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.JsonSigning;
import im.holm.slice.Caller;
import im.holm.slice.SyncSection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// One device of a guest, over real HTTP; its part of `/sync` is read from the slice.
final class KeysDevice {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Caller caller;
    private final KeysNode node;
    private Optional<Vector> since = Optional.empty();

    KeysDevice(KeysNode node, Caller caller) {
        this.node = node;
        this.caller = caller;
    }

    String user() {
        return caller.user().toString();
    }

    record Reply(int status, JsonObject body) {

        String errcode() {
            return body.string("errcode").orElse("none");
        }

        JsonObject object(String... path) {
            Optional<JsonObject> at = Optional.of(body);
            for (String key : path) {
                at = at.flatMap(object -> object.object(key));
            }
            return at.orElse(JsonObject.EMPTY);
        }
    }

    Reply call(String method, String path, String body) {
        var request = HttpRequest.newBuilder(
                        URI.create(node.node().clientUrl() + "/_matrix/client/v3" + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + caller.deviceId())
                .method(
                        method,
                        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            var response = HTTP.send(request, BodyHandlers.ofByteArray());
            return new Reply(
                    response.statusCode(),
                    JsonParser.parseObject(response.body(), JsonLimits.clientBody(64 << 20))
                            .object()
                            .orElseThrow());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    Reply get(String path) {
        return call("GET", path, "");
    }

    Reply post(String path, JsonValue body) {
        return call("POST", path, body.toString());
    }

    Reply put(String path, JsonValue body) {
        return call("PUT", path, body.toString());
    }

    Reply delete(String path) {
        return call("DELETE", path, "");
    }

    static Reply ok(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply;
    }

    /// What this slice has for the device since its last sync.
    SyncSection.Part sync() {
        Vector to = node.node().kernel().journal().visible();
        var part = read(to);
        since = Optional.of(to);
        return part;
    }

    /// As if the answer got lost.
    SyncSection.Part syncInVain() {
        return read(node.node().kernel().journal().visible());
    }

    private SyncSection.Part read(Vector to) {
        var members = node.node().kernel().memberships().ofUser(caller.user());
        return node.feature()
                .slice()
                .syncSections()
                .getFirst()
                .read(new SyncSection.Reading(
                        caller, since, to, 0, 0, Set.of(), members, _ -> true));
    }

    static List<JsonObject> messages(SyncSection.Part part) {
        return ((JsonObject) part.topLevel().get("to_device"))
                .array("events")
                .flatMap(JsonArray::objects)
                .orElseThrow();
    }

    static List<String> changed(SyncSection.Part part) {
        return lists(part, "changed");
    }

    static List<String> left(SyncSection.Part part) {
        return lists(part, "left");
    }

    private static List<String> lists(SyncSection.Part part, String key) {
        return ((JsonObject) part.topLevel().get("device_lists"))
                .array(key)
                .flatMap(JsonArray::strings)
                .orElseThrow();
    }

    /// Identity keys with some curve key.
    JsonObject deviceKeys() {
        return JsonObject.builder()
                .put("user_id", user())
                .put("device_id", caller.deviceId())
                .put("algorithms", JsonArray.ofStrings(List.of("m.megolm.v1.aes-sha2")))
                .put(
                        "keys",
                        JsonObject.builder()
                                .put("curve25519:" + caller.deviceId(), "curve")
                                .put(
                                        "ed25519:" + caller.deviceId(),
                                        pair("device").publicText())
                                .build())
                .put("signatures", JsonObject.EMPTY)
                .build();
    }

    void uploadDeviceKeys() {
        ok(post("/keys/upload", JsonObject.of("device_keys", deviceKeys())));
    }

    Pair pair(String seed) {
        return new Pair(user(), caller.deviceId(), user() + caller.deviceId() + seed);
    }

    /// A key pair that the device's user holds.
    record Pair(String user, String deviceId, String seed) {

        Ed25519Signer signer(String keyName) {
            byte[] bytes = new byte[32];
            new Random(seed.hashCode()).nextBytes(bytes);
            return Ed25519Signer.fromSeed(
                    ServerName.of("any.example"), KeyId.of("ed25519:1"), bytes);
        }

        String publicText() {
            return Base64Text.encode(signer("").publicKey());
        }

        /// The object with a signature of this key under its user's name.
        JsonObject sign(JsonObject object, String keyName) {
            byte[] signature = signer(keyName).sign(JsonSigning.signedBytes(object));
            JsonObject signatures = object.object("signatures").orElse(JsonObject.EMPTY);
            JsonObject ofUser = signatures
                    .object(user)
                    .orElse(JsonObject.EMPTY)
                    .with(keyName, new JsonString(Base64Text.encode(signature)));
            return object.with("signatures", signatures.with(user, ofUser));
        }

        JsonObject crossSigningKey(String usage) {
            return JsonObject.builder()
                    .put("user_id", user)
                    .put("usage", JsonArray.ofStrings(List.of(usage)))
                    .put(
                            "keys",
                            JsonObject.of("ed25519:" + publicText(), new JsonString(publicText())))
                    .build();
        }
    }

    static byte[] bytes(Response response) {
        return switch (response.body()) {
            case Response.Body.Bytes(var parts) -> {
                var out = new ByteArrayOutputStream();
                for (byte[] part : parts) {
                    out.writeBytes(part);
                }
                yield out.toByteArray();
            }
            case Response.Body other -> throw new AssertionError(other);
        };
    }
}
