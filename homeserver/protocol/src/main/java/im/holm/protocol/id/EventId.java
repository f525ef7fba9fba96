package im.holm.protocol.id;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// An event's id. From room version 3 on it is `$` and the base64 of the event's reference
/// hash (32 bytes), URL-safe since version 4; before that, `$opaque:server`.
public record EventId(String text) implements Comparable<EventId> {
    /// The length of a reference hash.
    public static final int HASH_BYTES = 32;

    /// The length of 32 bytes in unpadded base64.
    private static final int HASH_CHARS = 43;

    public EventId {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not an event id: " + text);
        }
    }

    /// Reads untrusted text.
    public static Optional<EventId> parse(String text) {
        return isValid(text) ? Optional.of(new EventId(text)) : Optional.empty();
    }

    /// Reads trusted text; throws [IllegalArgumentException] when it is not an event id.
    public static EventId of(String text) {
        return new EventId(text);
    }

    /// The id of an event with this reference hash, as room versions 4 and later write it.
    public static EventId ofHash(byte[] hash) {
        if (hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("a reference hash has 32 bytes, not " + hash.length);
        }
        return new EventId("$" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    }

    /// The inverse of [#bytes()].
    public static EventId ofBytes(byte[] bytes) {
        if (bytes.length == HASH_BYTES) {
            return ofHash(bytes);
        }
        int start = bytes.length > 0 && bytes[0] == 0 ? 1 : 0;
        return new EventId(new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8));
    }

    /// How the id is stored: the 32 bytes of the hash when it is a URL-safe hash, else the
    /// UTF-8 of its text. An id of the old form that happens to have 32 bytes gets a NUL in
    /// front, so that the two cannot be confused.
    public byte[] bytes() {
        if (isHash()) {
            return Base64.getUrlDecoder().decode(text.substring(1));
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length != HASH_BYTES) {
            return utf8;
        }
        byte[] marked = new byte[HASH_BYTES + 1];
        System.arraycopy(utf8, 0, marked, 1, HASH_BYTES);
        return marked;
    }

    /// Whether the id is `$` and 32 bytes in canonical, unpadded, URL-safe base64.
    public boolean isHash() {
        if (text.length() != HASH_CHARS + 1) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Grammar.isAsciiAlphanumeric(c) && c != '-' && c != '_') {
                return false;
            }
        }
        // 43 characters hold 258 bits: the last two must be zero, or two texts would name
        // one hash.
        return "AEIMQUYcgkosw048".indexOf(text.charAt(HASH_CHARS)) >= 0;
    }

    /// Whether the id is `$` and 32 bytes in canonical, unpadded, standard base64.
    public boolean isStandardHash() {
        return text.indexOf('-') < 0
                && text.indexOf('_') < 0
                && new EventId(text.replace('+', '-').replace('/', '_')).isHash();
    }

    /// The server that chose an id of the form `$opaque:server`; empty for hashes.
    public Optional<ServerName> server() {
        int colon = text.indexOf(':');
        return colon < 0 ? Optional.empty() : ServerName.parse(text.substring(colon + 1));
    }

    @Override
    public int compareTo(EventId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean isValid(String text) {
        return text.length() > 1
                && text.charAt(0) == '$'
                && Grammar.fits(text)
                && Grammar.isOpaque(text);
    }
}
