package im.holm.protocol.json;

import java.math.BigDecimal;

/// A number with a fraction or an exponent, a negative zero, or an integer beyond the range of
/// `long`. Canonical JSON has none of them; clients may send them, and so did events of room
/// versions 1 to 5.
///
/// @param literal the number as it was written
public record JsonDecimal(String literal) implements JsonNumber {
    /// Throws [NumberFormatException] when the text is not a number, or one that
    /// [#isTooLarge].
    public JsonDecimal {
        if (isTooLarge(literal)) {
            throw new NumberFormatException("no double is as large as " + literal);
        }
        char first = literal.charAt(0);
        boolean plain = literal.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0);
        boolean framed =
                (first == '-' || isDigit(first)) && isDigit(literal.charAt(literal.length() - 1));
        if (!plain || !framed) {
            throw new NumberFormatException("not a JSON number: " + literal);
        }
    }

    /// Whether the text is a number with a fraction or an exponent, such as `1e400`, that is
    /// beyond every double. Canonical JSON has no way to write it, not even a lax one.
    ///
    /// Throws [NumberFormatException] when the text is not a number.
    static boolean isTooLarge(String literal) {
        return Double.isInfinite(Double.parseDouble(literal)) && !isWhole(literal);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    public double toDouble() {
        return Double.parseDouble(literal);
    }

    /// The literal as other servers' canonical JSON has it: an integer when it is one within
    /// the canonical range (`1e10` is 10000000000, `-0` is 0), else the shortest decimal that
    /// gives the same double.
    String canonicalText() {
        if (isWhole(literal)) {
            return literal.equals("-0") ? "0" : literal;
        }
        double value = toDouble();
        if (value == Math.rint(value) && Math.abs(value) <= JsonInteger.CANONICAL_MAX) {
            return Long.toString((long) value);
        }
        return shortest(value);
    }

    private static boolean isWhole(String literal) {
        return literal.indexOf('.') < 0 && literal.indexOf('e') < 0 && literal.indexOf('E') < 0;
    }

    /// Plain digits while the decimal exponent lies in [-4, 16), else one digit, a point and
    /// an exponent of at least two digits.
    private static String shortest(double value) {
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        String sign = exponent < 0 ? "-" : "+";
        String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : "" + Math.abs(exponent);
        return (value < 0 ? "-" : "") + digits.charAt(0) + fraction + "e" + sign + power;
    }

    @Override
    public String toString() {
        return literal;
    }
}
