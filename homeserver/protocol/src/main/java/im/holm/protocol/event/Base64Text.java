package im.holm.protocol.event;

import java.util.Base64;
import java.util.Optional;

/// Base64 as other servers write it: standard or URL-safe alphabet, padded or not.
public final class Base64Text {
    private Base64Text() {}

    public static Optional<byte[]> decode(String text) {
        try {
            return Optional.of(
                    Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /// Unpadded, standard alphabet: the form of keys, hashes and signatures.
    public static String encode(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }
}
