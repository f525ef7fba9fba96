package im.holm.protocol.json;

/// Reads the literals that the tokenizer has found well-formed.
final class JsonNumbers {
    /// No `long` has more characters, its sign included.
    private static final int LONG_CHARS_MAX = 20;

    private JsonNumbers() {}

    static JsonNumber read(String literal) {
        boolean whole = literal.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        if (!whole || literal.equals("-0") || literal.length() > LONG_CHARS_MAX) {
            return new JsonDecimal(literal);
        }
        try {
            return new JsonInteger(Long.parseLong(literal));
        } catch (NumberFormatException beyondLong) {
            return new JsonDecimal(literal);
        }
    }
}
