package im.holm.federation.keys;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.JsonSigning;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.signing.VerifyKey;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Our own keys, as we publish them.
public final class OwnKeys {
    /// How long others may use the answer. Ours is renewed every hour, so that none is given
    /// out which ends within one ("Publishing Keys").
    static final Duration VALIDITY = Duration.ofHours(24);

    private static final Duration RENEWAL = Duration.ofHours(1);

    private final Signer signer;
    private final List<OldKey> oldKeys;
    private final InstantSource time;
    private volatile Published published;

    public OwnKeys(Signer signer, List<OldKey> oldKeys, InstantSource time) {
        this.signer = signer;
        this.oldKeys = List.copyOf(oldKeys);
        this.time = time;
    }

    private record Published(JsonObject document, long untilMs) {}

    public ServerName server() {
        return signer.server();
    }

    /// The answer of `GET /_matrix/key/v2/server`.
    JsonObject document() {
        Published current = published;
        long now = time.millis();
        if (current == null || now >= current.untilMs()) {
            current = new Published(signed(now), now + RENEWAL.toMillis());
            published = current;
        }
        return current.document();
    }

    /// Our signature beside the one that a document of another server has: what a notary gives.
    JsonObject cosign(JsonObject document) {
        return JsonSigning.sign(document, signer);
    }

    Optional<VerifyKey> key(KeyId keyId) {
        if (keyId.equals(signer.keyId())) {
            long until = time.millis() + VALIDITY.toMillis();
            return Optional.of(new VerifyKey(signer.publicKey(), until, false));
        }
        return oldKeys.stream()
                .filter(old -> old.keyId().equals(keyId))
                .findFirst()
                .map(old -> new VerifyKey(old.publicKey(), old.expiredMs(), true));
    }

    private JsonObject signed(long now) {
        JsonObject.Builder old = JsonObject.builder();
        for (OldKey key : oldKeys) {
            old.put(
                    key.keyId().toString(),
                    JsonObject.builder()
                            .put("expired_ts", key.expiredMs())
                            .put("key", Base64Text.encode(key.publicKey()))
                            .build());
        }
        JsonObject current = JsonObject.of(
                signer.keyId().toString(),
                JsonObject.builder()
                        .put("key", Base64Text.encode(signer.publicKey()))
                        .build());
        return JsonSigning.sign(
                JsonObject.builder()
                        .put("server_name", signer.server().text())
                        .put("verify_keys", current)
                        .put("old_verify_keys", old.build())
                        .put("valid_until_ts", now + VALIDITY.toMillis())
                        .build(),
                signer);
    }
}
