package im.holm.protocol.fuzz;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A second reader and writer of JSON, as plain as can be, which shares nothing with the real one:
/// what the two say of the same bytes must agree.
///
/// Values are maps, lists, strings, booleans, [Number]s and [#NULL].
final class PlainJson {
    static final Object NULL = new Object();

    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final BigInteger CANONICAL_MAX = BigInteger.TWO.pow(53).subtract(BigInteger.ONE);
    private static final int NUMBER_CHARS_MAX = 400;
    private static final Comparator<String> BY_CODE_POINT =
            (left, right) -> java.util.Arrays.compare(
                    left.codePoints().toArray(), right.codePoints().toArray());

    /// A number as it was written.
    record Number(String literal) {
        boolean isWhole() {
            return literal.matches("-?[0-9]+");
        }

        boolean isCanonical() {
            return isWhole()
                    && !literal.equals("-0")
                    && new BigInteger(literal).abs().compareTo(CANONICAL_MAX) <= 0;
        }
    }

    private static final class NotJson extends Exception {
        private static final long serialVersionUID = 1;
    }

    private final String text;
    private final int depthMax;
    private final boolean canonicalNumbers;
    private int at;

    private PlainJson(String text, int depthMax, boolean canonicalNumbers) {
        this.text = text;
        this.depthMax = depthMax;
        this.canonicalNumbers = canonicalNumbers;
    }

    /// The value; empty when the bytes are not what a reader with these limits accepts.
    static Optional<Object> read(byte[] bytes, int depthMax, boolean canonicalNumbers) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            PlainJson reader = new PlainJson(text, depthMax, canonicalNumbers);
            Object value = reader.value(1);
            reader.blanks();
            return reader.at == text.length() ? Optional.of(value) : Optional.empty();
        } catch (CharacterCodingException | NotJson e) {
            return Optional.empty();
        }
    }

    private Object value(int depth) throws NotJson {
        blanks();
        if (at == text.length()) {
            throw new NotJson();
        }
        return switch (text.charAt(at)) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Object object(int depth) throws NotJson {
        open(depth);
        Map<String, Object> map = new TreeMap<>(BY_CODE_POINT);
        if (next('}')) {
            return map;
        }
        do {
            blanks();
            String key = string();
            if (!next(':') || map.containsKey(key)) {
                throw new NotJson();
            }
            map.put(key, value(depth + 1));
        } while (next(','));
        close('}');
        return map;
    }

    private Object array(int depth) throws NotJson {
        open(depth);
        List<Object> list = new ArrayList<>();
        if (next(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (next(','));
        close(']');
        return list;
    }

    private void open(int depth) throws NotJson {
        if (depth > depthMax) {
            throw new NotJson();
        }
        at++;
    }

    private void close(char bracket) throws NotJson {
        if (!next(bracket)) {
            throw new NotJson();
        }
    }

    private boolean next(char wanted) {
        blanks();
        boolean found = at < text.length() && text.charAt(at) == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private Object word(String word, Object value) throws NotJson {
        if (!text.startsWith(word, at)) {
            throw new NotJson();
        }
        at += word.length();
        return value;
    }

    private Object number() throws NotJson {
        Matcher matcher = NUMBER.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw new NotJson();
        }
        at = matcher.end();
        Number number = new Number(matcher.group());
        boolean refused = number.literal().length() > NUMBER_CHARS_MAX
                || !number.isWhole() && Double.isInfinite(Double.parseDouble(number.literal()))
                || canonicalNumbers && !number.isCanonical();
        if (refused) {
            throw new NotJson();
        }
        return number;
    }

    private String string() throws NotJson {
        if (at == text.length() || text.charAt(at++) != '"') {
            throw new NotJson();
        }
        StringBuilder string = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c < 0x20) {
                throw new NotJson();
            }
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        boolean closed = at <= text.length();
        if (!closed || !StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
            throw new NotJson();
        }
        return string.toString();
    }

    private char escaped() throws NotJson {
        if (at == text.length()) {
            throw new NotJson();
        }
        char c = text.charAt(at++);
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(plain);
        }
        if (c != 'u'
                || at + 4 > text.length()
                || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
            throw new NotJson();
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    /// Canonical JSON; empty when the value has a number that it does not have.
    static Optional<String> canonical(Object value) {
        StringBuilder out = new StringBuilder();
        return write(value, out) ? Optional.of(out.toString()) : Optional.empty();
    }

    private static boolean write(Object value, StringBuilder out) {
        boolean all = true;
        switch (value) {
            case Map<?, ?> map -> {
                String before = "{";
                for (var entry : map.entrySet()) {
                    out.append(before);
                    all &= write(entry.getKey(), out);
                    out.append(':');
                    all &= write(entry.getValue(), out);
                    before = ",";
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                String before = "[";
                for (Object item : list) {
                    out.append(before);
                    all &= write(item, out);
                    before = ",";
                }
                out.append(list.isEmpty() ? "[]" : "]");
            }
            case String string -> quote(string, out);
            case Number(String literal) -> {
                all = new Number(literal).isCanonical();
                out.append(literal);
            }
            case Boolean bool -> out.append(bool);
            default -> out.append("null");
        }
        return all;
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        string.codePoints().forEach(c -> {
            int letter = "\"\\\b\f\n\r\t".indexOf(c);
            if (letter >= 0) {
                out.append('\\').append("\"\\bfnrt".charAt(letter));
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        out.append('"');
    }
}
