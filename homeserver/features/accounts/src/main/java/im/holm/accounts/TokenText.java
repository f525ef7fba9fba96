package im.holm.accounts;

import im.holm.protocol.event.Sha256;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/// The text of our tokens: `hol_<kind>_<32 random characters>_<checksum>`. The prefix lets scanners
/// find leaked ones; the checksum turns a typing error or a foreign token away before anything is
/// looked up. What is stored is a SHA-256 of it: 190 random bits need no slow hash.
final class TokenText {

    enum Kind {
        ACCESS("acc"),
        REFRESH("ref"),
        ADMIN("adm");

        private final String prefix;

        Kind(String code) {
            this.prefix = "hol_" + code + "_";
        }
    }

    static final int HASH_BYTES = 32;

    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int PREFIX_CHARS = 8;
    private static final int RANDOM_CHARS = 32;
    private static final int CHECKSUM_CHARS = 6;
    private static final int CHARS = PREFIX_CHARS + RANDOM_CHARS + 1 + CHECKSUM_CHARS;

    private TokenText() {}

    static String mint(Kind kind, SecureRandom random) {
        var text = new StringBuilder(CHARS).append(kind.prefix);
        for (int i = 0; i < RANDOM_CHARS; i++) {
            text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        String checksum = checksum(text.toString());
        return text.append('_').append(checksum).toString();
    }

    /// Whether the text has the form of a token of this kind, checksum included.
    static boolean is(Kind kind, String text) {
        if (text.length() != CHARS || !text.startsWith(kind.prefix)) {
            return false;
        }
        int end = PREFIX_CHARS + RANDOM_CHARS;
        return text.charAt(end) == '_'
                && text.substring(end + 1).equals(checksum(text.substring(0, end)));
    }

    /// Whether the text claims to be one of our tokens, well formed or not.
    static boolean isOurs(String text) {
        return text.startsWith("hol_");
    }

    static byte[] hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String checksum(String text) {
        var crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        long rest = crc.getValue();
        var digits = new char[CHECKSUM_CHARS];
        for (int i = CHECKSUM_CHARS - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(digits);
    }
}
