package im.holm.federation.keys;

import im.holm.protocol.id.KeyId;

import java.util.Objects;

/// A key that we signed with once.
///
/// @param publicKey 32 bytes
/// @param expiredMs when we stopped, milliseconds since 1970
public record OldKey(KeyId keyId, byte[] publicKey, long expiredMs) {
    public OldKey {
        Objects.requireNonNull(keyId);
        publicKey = publicKey.clone();
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }
}
