package im.holm.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Grows a byte array of UTF-8 JSON. Given the right length it copies nothing.
final class JsonSink {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;

    /// @param lengthBytes what is expected; [JsonLength] tells it
    JsonSink(int lengthBytes) {
        bytes = new byte[lengthBytes];
    }

    /// What was written; the sink is done with.
    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    void ascii(String text) {
        reserve(text.length());
        length = plain(text, 0, bytes, length);
    }

    void one(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
    }

    void number(long value) {
        if (value >= 0 && value < 10) {
            one((char) ('0' + value));
        } else {
            ascii(Long.toString(value));
        }
    }

    /// A string in quotes, with the shortest escapes. A lone surrogate, which no parsed value
    /// holds, becomes U+FFFD.
    void quoted(String text) {
        reserve(text.length() + 2);
        bytes[length++] = '"';
        int start = length;
        length = plain(text, 0, bytes, start);
        int done = length - start;
        if (done < text.length()) {
            escaped(text, done);
        }
        one('"');
    }

    /// Writes what stands for itself, up to the first character that does not.
    ///
    /// @return where it ends
    private static int plain(String text, int from, byte[] out, int start) {
        int at = start;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') {
                break;
            }
            out[at++] = (byte) c;
        }
        return at;
    }

    private void escaped(String text, int from) {
        // Six bytes is the most that one UTF-16 unit can take; one for the closing quote.
        reserve((text.length() - from) * 6 + 1);
        byte[] out = bytes;
        int at = length;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                at = c >= 0x20 && c != '"' && c != '\\' ? put(out, at, c) : escape(out, at, c);
            } else if (c < 0x800) {
                out[at++] = (byte) (0xC0 | (c >> 6));
                out[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                at = threeBytes(out, at, c);
            } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                at = fourBytes(out, at, Character.toCodePoint(c, text.charAt(++i)));
            } else {
                at = threeBytes(out, at, '\uFFFD');
            }
        }
        length = at;
    }

    private static int put(byte[] out, int at, char c) {
        out[at] = (byte) c;
        return at + 1;
    }

    private static int escape(byte[] out, int at, char c) {
        out[at++] = '\\';
        char letter = switch (c) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '\b' -> 'b';
            case '\t' -> 't';
            case '\n' -> 'n';
            case '\f' -> 'f';
            case '\r' -> 'r';
            default -> 'u';
        };
        out[at++] = (byte) letter;
        if (letter == 'u') {
            out[at++] = '0';
            out[at++] = '0';
            out[at++] = HEX[c >> 4];
            out[at++] = HEX[c & 0xF];
        }
        return at;
    }

    private static int threeBytes(byte[] out, int at, char c) {
        out[at++] = (byte) (0xE0 | (c >> 12));
        out[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        out[at++] = (byte) (0x80 | (c & 0x3F));
        return at;
    }

    private static int fourBytes(byte[] out, int at, int codePoint) {
        out[at++] = (byte) (0xF0 | (codePoint >> 18));
        out[at++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
        out[at++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        out[at++] = (byte) (0x80 | (codePoint & 0x3F));
        return at;
    }

    private void reserve(int more) {
        long needed = (long) length + more;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int)
                    Math.min(Integer.MAX_VALUE - 8, Math.max(needed, bytes.length * 2L)));
        }
    }
}
