package im.holm.protocol.id;

import java.util.Optional;

/// The id of a signing key: `algorithm:version`, such as `ed25519:auto`.
public record KeyId(String algorithm, String version) implements Comparable<KeyId> {
    /// The only algorithm that servers sign with.
    public static final String ED25519 = "ed25519";

    public KeyId {
        if (!isName(algorithm)
                || !isName(version)
                || algorithm.length() + version.length() >= Grammar.LIMIT_BYTES) {
            throw new IllegalArgumentException("not a key id: " + algorithm + ":" + version);
        }
    }

    /// Reads untrusted text.
    public static Optional<KeyId> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || text.length() > Grammar.LIMIT_BYTES) {
            return Optional.empty();
        }
        String algorithm = text.substring(0, colon);
        String version = text.substring(colon + 1);
        return isName(algorithm) && isName(version)
                ? Optional.of(new KeyId(algorithm, version))
                : Optional.empty();
    }

    /// Reads trusted text; throws [IllegalArgumentException] when it is not a key id.
    public static KeyId of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a key id: " + text));
    }

    public boolean isEd25519() {
        return algorithm.equals(ED25519);
    }

    @Override
    public int compareTo(KeyId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return algorithm + ":" + version;
    }

    private static boolean isName(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!Grammar.isAsciiAlphanumeric(text.charAt(i)) && text.charAt(i) != '_') {
                return false;
            }
        }
        return true;
    }
}
