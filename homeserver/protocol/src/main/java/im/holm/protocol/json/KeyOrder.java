package im.holm.protocol.json;

/// The order of keys in canonical JSON: by Unicode code point. Java's own order compares
/// UTF-16 units and so puts U+10000 and above before U+E000.
final class KeyOrder {
    private KeyOrder() {}

    static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                return rank(a) - rank(b);
            }
        }
        return left.length() - right.length();
    }

    /// Moves surrogates above every other unit.
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }
}
