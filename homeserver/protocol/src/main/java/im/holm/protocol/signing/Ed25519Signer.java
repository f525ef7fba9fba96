package im.holm.protocol.signing;

import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A signer whose key is in memory.
public final class Ed25519Signer implements Signer {
    /// The length of the secret seed.
    public static final int SEED_BYTES = 32;

    private final ServerName server;
    private final KeyId keyId;
    private final byte[] seed;
    private final byte[] publicKey;

    private Ed25519Signer(ServerName server, KeyId keyId, byte[] seed) {
        this.server = server;
        this.keyId = keyId;
        this.seed = seed;
        this.publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    }

    /// Throws [IllegalArgumentException] unless the seed has 32 bytes and the key id says
    /// `ed25519`.
    public static Ed25519Signer fromSeed(ServerName server, KeyId keyId, byte[] seed) {
        if (seed.length != SEED_BYTES || !keyId.isEd25519()) {
            throw new IllegalArgumentException(
                    "an Ed25519 key needs a seed of 32 bytes and an ed25519 key id");
        }
        return new Ed25519Signer(server, keyId, seed.clone());
    }

    @Override
    public ServerName server() {
        return server;
    }

    @Override
    public KeyId keyId() {
        return keyId;
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public byte[] sign(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey, 0, null, message, 0, message.length, signature, 0);
        return signature;
    }
}
