package im.holm.protocol.signing;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// Checks Ed25519 signatures.
public final class Ed25519Verifier {
    private Ed25519Verifier() {}

    /// Whether the signature is the key's; false for keys and signatures of a wrong length,
    /// too.
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return publicKey.length == Ed25519.PUBLIC_KEY_SIZE
                && signature.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
    }
}
