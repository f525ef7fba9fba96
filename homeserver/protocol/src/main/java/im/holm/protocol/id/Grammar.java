package im.holm.protocol.id;

import java.nio.charset.StandardCharsets;

/// Character rules shared by the identifiers (specification appendices, "Identifier Grammar").
final class Grammar {
    /// An identifier with its sigil and its domain may take at most this many bytes of UTF-8.
    static final int LIMIT_BYTES = 255;

    private Grammar() {}

    static boolean fits(String text) {
        if (text.length() > LIMIT_BYTES) {
            return false;
        }
        return text.length() * 3 <= LIMIT_BYTES
                || text.getBytes(StandardCharsets.UTF_8).length <= LIMIT_BYTES;
    }

    /// Any Unicode code points but NUL, colon and lone surrogates; the empty string passes.
    static boolean isOpaqueLocalpart(String text) {
        return text.indexOf(':') < 0 && isOpaque(text);
    }

    /// Any Unicode code points but NUL and lone surrogates.
    static boolean isOpaque(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < length
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isAsciiAlphanumeric(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
