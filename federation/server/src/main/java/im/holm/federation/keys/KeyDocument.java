package im.holm.federation.keys;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.signing.JsonSigning;
import im.holm.protocol.signing.VerifyKey;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A server's published keys, checked: it is that server's, and signed by a key that it lists.
///
/// @param keys current ones and old ones, Ed25519 only
/// @param validUntilMs `valid_until_ts`, at most seven days after it was fetched
/// @param json as published
public record KeyDocument(
        ServerName server, Map<KeyId, VerifyKey> keys, long validUntilMs, JsonObject json) {

    /// A longer answer is not read.
    static final int DOCUMENT_MAX_BYTES = 64 * 1024;

    /// "Servers MUST use the lesser of this field and 7 days into the future".
    static final Duration VALIDITY_MAX = Duration.ofDays(7);

    private static final int KEYS_MAX = 100;
    private static final int KEY_BYTES = 32;

    public KeyDocument {
        keys = Map.copyOf(keys);
    }

    sealed interface Checked {
        record Good(KeyDocument document) implements Checked {}

        record Bad(String reason) implements Checked {}
    }

    static Checked check(ServerName server, JsonObject json, long nowMs) {
        if (!json.string("server_name").equals(Optional.of(server.text()))) {
            return new Checked.Bad("the keys are of another server");
        }
        OptionalLong until = json.integer("valid_until_ts");
        Optional<JsonObject> current = json.object("verify_keys");
        if (until.isEmpty() || current.isEmpty()) {
            return new Checked.Bad("verify_keys or valid_until_ts is missing");
        }
        JsonObject old = json.object("old_verify_keys").orElse(JsonObject.EMPTY);
        if (current.get().size() > KEYS_MAX || old.size() > KEYS_MAX) {
            return new Checked.Bad("too many keys");
        }
        long validUntil = Math.min(until.getAsLong(), nowMs + VALIDITY_MAX.toMillis());
        Map<KeyId, VerifyKey> keys = new HashMap<>();
        readOld(old, nowMs, keys);
        Map<KeyId, VerifyKey> currentKeys = new HashMap<>();
        current.get()
                .forEach((id, value) -> key(id, value)
                        .ifPresent(key -> currentKeys.put(
                                key.id(), new VerifyKey(key.bytes(), validUntil, false))));
        keys.putAll(currentKeys);
        if (!isSigned(server, json, currentKeys)) {
            return new Checked.Bad("the keys are not signed by one of them");
        }
        return new Checked.Good(new KeyDocument(server, keys, validUntil, json));
    }

    private record Named(KeyId id, byte[] bytes, JsonObject object) {}

    private static void readOld(JsonObject old, long nowMs, Map<KeyId, VerifyKey> keys) {
        old.forEach((id, value) -> key(id, value).ifPresent(key -> {
            OptionalLong expired = key.object().integer("expired_ts");
            if (expired.isPresent()) {
                long at = Math.min(expired.getAsLong(), nowMs);
                keys.put(key.id(), new VerifyKey(key.bytes(), at, true));
            }
        }));
    }

    private static Optional<Named> key(String id, JsonValue value) {
        if (!(value instanceof JsonObject object)) {
            return Optional.empty();
        }
        return KeyId.parse(id)
                .filter(KeyId::isEd25519)
                .flatMap(keyId -> object.string("key")
                        .flatMap(Base64Text::decode)
                        .filter(bytes -> bytes.length == KEY_BYTES)
                        .map(bytes -> new Named(keyId, bytes, object)));
    }

    /// Every signature by a listed key must be good, and there must be one.
    private static boolean isSigned(
            ServerName server, JsonObject json, Map<KeyId, VerifyKey> current) {
        boolean signed = false;
        for (Map.Entry<KeyId, VerifyKey> entry : current.entrySet()) {
            if (JsonSigning.signature(json, server, entry.getKey()).isEmpty()) {
                continue;
            }
            if (!JsonSigning.verify(
                    json, server, entry.getKey(), entry.getValue().bytes())) {
                return false;
            }
            signed = true;
        }
        return signed;
    }
}
