package im.holm.protocol.sketch;

import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.VerifyKey;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Signing keys for any server, made from its name: every server of a test has one, always
/// valid.
public final class SketchKeys implements KeyRing {
    public static final KeyId KEY_ID = KeyId.of("ed25519:sketch");

    public static Ed25519Signer signer(ServerName server) {
        byte[] name = server.text().getBytes(StandardCharsets.UTF_8);
        byte[] seed = Arrays.copyOf(name, Ed25519Signer.SEED_BYTES);
        seed[Ed25519Signer.SEED_BYTES - 1] = (byte) name.length;
        return Ed25519Signer.fromSeed(server, KEY_ID, seed);
    }

    @Override
    public Optional<VerifyKey> key(ServerName server, KeyId keyId, long atMillis) {
        return keyId.equals(KEY_ID)
                ? Optional.of(new VerifyKey(signer(server).publicKey(), Long.MAX_VALUE, false))
                : Optional.empty();
    }
}
