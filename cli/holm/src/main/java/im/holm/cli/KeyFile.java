package im.holm.cli;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.VerifyKey;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Servers' keys from a file: what `GET /_matrix/key/v2/server` answers, an array of such answers,
/// or what a notary answers (`server_keys`). The file is believed; the documents' own signatures
/// are not checked.
final class KeyFile implements KeyRing {

    private static final int KEY_BYTES = 32;

    private record Name(ServerName server, KeyId keyId) {}

    private final Map<Name, VerifyKey> keys = new HashMap<>();

    private KeyFile() {}

    static KeyFile read(Path file) throws ExplainFiles.Unusable {
        KeyFile read = new KeyFile();
        JsonValue value = ExplainFiles.read(file);
        List<JsonObject> documents =
                value instanceof JsonObject single && !single.has("server_keys")
                        ? List.of(single)
                        : ExplainFiles.objects(file, "server_keys");
        for (JsonObject document : documents) {
            ServerName server = document.string("server_name")
                    .flatMap(ServerName::parse)
                    .orElseThrow(() -> new ExplainFiles.Unusable(
                            file + " has a key document without a server_name"));
            long validUntil = document.integer("valid_until_ts").orElse(Long.MAX_VALUE);
            read.take(server, document.object("verify_keys"), validUntil, false);
            read.take(server, document.object("old_verify_keys"), 0, true);
        }
        if (read.keys.isEmpty()) {
            throw new ExplainFiles.Unusable(file + " has no Ed25519 key");
        }
        return read;
    }

    private void take(
            ServerName server, Optional<JsonObject> listed, long validUntil, boolean expired) {
        listed.orElse(JsonObject.EMPTY).forEach((id, value) -> {
            Optional<KeyId> keyId = KeyId.parse(id).filter(KeyId::isEd25519);
            if (keyId.isPresent() && value instanceof JsonObject key) {
                long until = expired ? key.integer("expired_ts").orElse(0) : validUntil;
                key.string("key")
                        .flatMap(Base64Text::decode)
                        .filter(bytes -> bytes.length == KEY_BYTES)
                        .ifPresent(bytes -> keys.put(
                                new Name(server, keyId.get()),
                                new VerifyKey(bytes, until, expired)));
            }
        });
    }

    @Override
    public Optional<VerifyKey> key(ServerName server, KeyId keyId, long atMillis) {
        return Optional.ofNullable(keys.get(new Name(server, keyId)));
    }
}
