package im.holm.protocol.json;

import java.util.Optional;

/// Reads the literals that the tokenizer has found well-formed.
final class JsonNumbers {
    /// No `long` has more characters, its sign included.
    private static final int LONG_CHARS_MAX = 20;

    private JsonNumbers() {}

    /// The number; empty when it has a fraction or an exponent and is beyond every double.
    static Optional<JsonNumber> read(String literal) {
        if (!isWhole(literal) || literal.equals("-0") || literal.length() > LONG_CHARS_MAX) {
            return decimal(literal);
        }
        try {
            return Optional.of(new JsonInteger(Long.parseLong(literal)));
        } catch (NumberFormatException beyondLong) {
            return decimal(literal);
        }
    }

    private static boolean isWhole(String literal) {
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c != '-' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private static Optional<JsonNumber> decimal(String literal) {
        return JsonDecimal.isTooLarge(literal)
                ? Optional.empty()
                : Optional.of(new JsonDecimal(literal));
    }
}
