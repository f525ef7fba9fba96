package im.holm.protocol.signing;

import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;

import java.util.Optional;

/// The public keys of servers; whoever has a network fills it.
public interface KeyRing {
    /// A server's key. An implementation that can fetch keys tries to have one that is valid
    /// at `atMillis` (milliseconds since 1970); if there is none it answers with what it has,
    /// and the caller checks the validity.
    Optional<VerifyKey> key(ServerName server, KeyId keyId, long atMillis);
}
