package im.holm.protocol.signing;

import java.util.Arrays;

/// A server's public signing key.
///
/// @param bytes 32 bytes
/// @param validUntilMs milliseconds since 1970: of a current key its `valid_until_ts`, which
///     whoever fetched it capped to seven days after the fetch; of an old key its `expired_ts`
/// @param expired whether the server lists it under `old_verify_keys`
public record VerifyKey(byte[] bytes, long validUntilMs, boolean expired) {
    public VerifyKey {
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    /// Whether what was signed at `atMillis` may be signed by this key: an old key only before
    /// it expired, a current key until it is no longer valid.
    public boolean coversInstant(long atMillis) {
        return expired ? atMillis < validUntilMs : atMillis <= validUntilMs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifyKey key
                && Arrays.equals(bytes, key.bytes)
                && validUntilMs == key.validUntilMs
                && expired == key.expired;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
