package im.holm.protocol.signing;

import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;

/// Signs in the name of one server.
public interface Signer {
    ServerName server();

    KeyId keyId();

    /// The key that checks the signatures, 32 bytes.
    byte[] publicKey();

    /// An Ed25519 signature, 64 bytes.
    byte[] sign(byte[] message);
}
