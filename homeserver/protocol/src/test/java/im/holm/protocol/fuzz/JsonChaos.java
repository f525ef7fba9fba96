package im.holm.protocol.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Writes bytes that are JSON, or nearly.
final class JsonChaos {
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "-0.0",
            "7",
            "-12",
            "1e10",
            "1E-5",
            "1e+05",
            "100.0",
            "0.1",
            "1.50",
            "9007199254740991",
            "9007199254740992",
            "-9007199254740991",
            "-9007199254740992",
            "9007199254740991.0",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "123456789012345678901234567890",
            "12345678901234567.8",
            "1e15",
            "1e16",
            "1e-4",
            "1e-5",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "4.9e-324",
            "1e-400",
            "1e400",
            "-1e400",
            "1e999999999999",
            "1".repeat(400),
            "1".repeat(401));

    private static final List<String> NO_NUMBERS = List.of(
            "01",
            "-",
            "+1",
            ".5",
            "1.",
            "1e",
            "1e+",
            "0x10",
            "NaN",
            "Infinity",
            "-Infinity",
            "--1",
            "1_000",
            "1,0",
            "１",
            "");

    private static final List<String> KEYS = List.of(
            "a",
            "b",
            "c",
            "",
            "type",
            "ab",
            "a\\u0000",
            "\\u0061",
            "\uE000",
            "\uD83D\uDE00",
            "\\uD83D\\uDE00",
            "\\uE000",
            "é",
            "e\u0301",
            "\\\"",
            "\\/",
            "z".repeat(70));

    private static final List<String> PIECES = List.of(
            "x",
            "word ",
            "\\n",
            "\\u0041",
            "\\u000a",
            "\\u001f",
            "\\u007f",
            "\\/",
            "\\\\",
            "\\\"",
            "é",
            "\u4e16",
            "\uD83D\uDE00",
            "\\uD83D\\uDE00",
            "\\ud83d\\ude00",
            "\u2028",
            "\u007f",
            "\uFEFF",
            "\uFFFF",
            "\\b\\f\\r\\t");

    private static final List<String> BAD_PIECES = List.of(
            "\\uD83D",
            "\\uDE00",
            "\\uDE00\\uD83D",
            "\\uD83Dx",
            "\\uD83D\\n",
            "\\x",
            "\\u12",
            "\\u12g4",
            "\t",
            "\n",
            "\u0001",
            "\u0000",
            "\"",
            "\\");

    private static final List<String> BLANKS = List.of("", "", "", " ", "\n", "\t\r ", "  ");

    private static final byte[][] NOISE = {
        {(byte) 0xC0, (byte) 0x80},
        {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
        {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0xE2, (byte) 0x82},
        {(byte) 0xFF},
        {(byte) 0xFE, (byte) 0xFF},
        {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
        {0},
        {'{'},
        {']'},
        {','},
        {'"'},
        {'/', '*', '*', '/'},
        {(byte) 0xC2, (byte) 0xA0}
    };

    private final Random random;
    private final boolean mayBreak;

    /// @param mayBreak whether strings and numbers may be malformed
    JsonChaos(Random random, boolean mayBreak) {
        this.random = random;
        this.mayBreak = mayBreak;
    }

    /// One input, in half of the cases damaged.
    static byte[] input(Random random) {
        boolean damaged = random.nextBoolean();
        JsonChaos chaos = new JsonChaos(random, damaged && random.nextBoolean());
        byte[] bytes = (random.nextInt(30) == 0 ? chaos.deep() : chaos.value(5))
                .getBytes(StandardCharsets.UTF_8);
        for (int i = damaged ? random.nextInt(3) : 0; i > 0; i--) {
            bytes = damage(random, bytes);
        }
        return bytes;
    }

    String value(int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 10)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2, 3 -> number();
            case 4, 5 -> string();
            case 6, 7 -> array(depth);
            default -> object(depth);
        };
    }

    private String number() {
        if (mayBreak && random.nextInt(8) == 0) {
            return any(NO_NUMBERS);
        }
        return random.nextInt(3) == 0 ? Long.toString(random.nextLong()) : any(NUMBERS);
    }

    private String string() {
        StringBuilder text = new StringBuilder("\"");
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(mayBreak && random.nextInt(10) == 0 ? any(BAD_PIECES) : any(PIECES));
        }
        return text.append('"').toString();
    }

    private String array(int depth) {
        StringBuilder text = new StringBuilder("[");
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            text.append(i > 0 ? "," : "").append(blank()).append(value(depth - 1));
            text.append(blank());
        }
        return text.append(']').toString();
    }

    private String object(int depth) {
        StringBuilder text = new StringBuilder("{");
        int size = random.nextInt(6);
        for (int i = 0; i < size; i++) {
            text.append(i > 0 ? "," : "").append(blank()).append('"');
            // Few keys, so that some objects have one twice.
            text.append(random.nextInt(4) == 0 ? any(KEYS) : "key" + random.nextInt(60));
            text.append('"').append(blank()).append(':').append(blank());
            text.append(value(depth - 1));
        }
        return text.append('}').toString();
    }

    /// Around the limits of depth, and far beyond.
    private String deep() {
        int depth = List.of(99, 100, 101, 499, 500, 501, 999, 1_001, 5_000, 50_000)
                .get(random.nextInt(10));
        boolean objects = random.nextBoolean();
        String open = objects ? "{\"a\":" : "[";
        String close = objects ? "}" : "]";
        boolean closed = random.nextInt(4) > 0;
        return open.repeat(depth) + "1" + (closed ? close.repeat(depth) : "");
    }

    private static byte[] damage(Random random, byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        byte[] changed = bytes.clone();
        switch (random.nextInt(5)) {
            case 0 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 1 -> {
                return splice(bytes, at, NOISE[random.nextInt(NOISE.length)]);
            }
            case 2 -> {
                return splice(bytes, at, new byte[] {(byte) random.nextInt(256)});
            }
            case 3 -> {
                return splice(bytes, at, Arrays.copyOf(bytes, Math.min(bytes.length, 20)));
            }
            default -> {
                if (at < changed.length) {
                    changed[at] ^= (byte) (1 << random.nextInt(8));
                }
                return changed;
            }
        }
    }

    private static byte[] splice(byte[] bytes, int at, byte[] more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + more.length);
        out.write(bytes, 0, at);
        out.writeBytes(more);
        out.write(bytes, at, bytes.length - at);
        return out.toByteArray();
    }

    private String blank() {
        return any(BLANKS);
    }

    private <T> T any(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }
}
