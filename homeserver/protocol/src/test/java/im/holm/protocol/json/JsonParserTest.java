package im.holm.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;

class JsonParserTest {
    private static final JsonLimits LAX = JsonLimits.clientBody(1 << 20);

    private static JsonResult parse(String text) {
        return JsonParser.parse(text.getBytes(StandardCharsets.UTF_8), LAX);
    }

    private static JsonValue value(String text) {
        return switch (parse(text)) {
            case JsonResult.Parsed(JsonValue value) -> value;
            case JsonResult.Malformed malformed ->
                throw new AssertionError(text + ": " + malformed);
        };
    }

    private static JsonProblem problem(JsonResult result) {
        assertThat(result).isInstanceOf(JsonResult.Malformed.class);
        return ((JsonResult.Malformed) result).problem();
    }

    @Test
    void everyKindOfValueIsRead() {
        JsonObject object = (JsonObject)
                value(" {\"s\": \"é\\u00e9\\n\", \"i\": -12, \"d\": 1.5, \"t\": true, \"f\": false,"
                        + " \"n\": null, \"a\": [1, {}]} ");
        assertThat(object.string("s")).contains("éé\n");
        assertThat(object.integer("i")).hasValue(-12);
        assertThat(object.get("d")).contains(new JsonDecimal("1.5"));
        assertThat(object.bool("t")).contains(true);
        assertThat(object.bool("f")).contains(false);
        assertThat(object.get("n")).contains(JsonNull.NULL);
        assertThat(object.array("a")).contains(JsonArray.of(new JsonInteger(1), JsonObject.EMPTY));
        assertThat(object.string("i")).isEmpty();
        assertThat(object.integer("s")).isEmpty();
        assertThat(object.object("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "[1,]",
                "{\"a\":}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "nul",
                "tru",
                "01",
                "1.",
                ".5",
                "+1",
                "1e",
                "--1",
                "NaN",
                "Infinity",
                "0x10",
                "\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\t\"",
                "\"\n\"",
                "1 2",
                "{} {}",
                "[1 2]",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "/**/1",
                "#\n1",
                "\u0001"
            })
    void whatIsNotJsonIsSaidToBe(String text) {
        assertThat(problem(parse(text))).isEqualTo(JsonProblem.NOT_JSON);
    }

    static Stream<byte[]> notUtf8() {
        return Stream.of(
                        new int[] {'"', 0x80, '"'},
                        new int[] {'"', 0xC0, 0xAF, '"'},
                        new int[] {'"', 0xC1, 0xBF, '"'},
                        new int[] {'"', 0xC3, '"'},
                        new int[] {'"', 0xE0, 0x80, 0x80, '"'},
                        new int[] {'"', 0xED, 0xA0, 0x80, '"'},
                        new int[] {'"', 0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80, '"'},
                        new int[] {'"', 0xE2, 0x82, '"'},
                        new int[] {'"', 0xF0, 0x80, 0x80, 0x80, '"'},
                        new int[] {'"', 0xF4, 0x90, 0x80, 0x80, '"'},
                        new int[] {'"', 0xF5, 0x80, 0x80, 0x80, '"'},
                        new int[] {'"', 0xF0, 0x9F, 0x98},
                        new int[] {0xFF, 0xFE, '1', 0},
                        new int[] {0xEF, 0xBB, 0xBF, '1'})
                .map(JsonParserTest::bytes);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("notUtf8")
    void whatIsNotUtf8IsSaidToBe(byte[] bytes) {
        assertThat(problem(JsonParser.parse(bytes, LAX))).isEqualTo(JsonProblem.INVALID_UTF8);
    }

    @Test
    void theTokenizerIsNotLedToGuessAtAnotherEncoding() {
        for (var charset : new java.nio.charset.Charset[] {
            StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16LE,
            java.nio.charset.Charset.forName("UTF-32BE")
        }) {
            assertThat(problem(JsonParser.parse("{\"a\":1}".getBytes(charset), LAX)))
                    .isEqualTo(JsonProblem.NOT_JSON);
        }
    }

    @Test
    void everyWellFormedCodePointIsRead() {
        String text = "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff";
        assertThat(value("\"" + text + "\"")).isEqualTo(new JsonString(text));
        assertThat(value("\"\\ud83d\\ude00\"")).isEqualTo(new JsonString("😀"));
        assertThat(value("\"\\u0000\"")).isEqualTo(new JsonString("\0"));
        assertThat(value("{\"\\ud83d\\ude00\":1,\"\\u0000\":2}"))
                .isEqualTo(JsonObject.EMPTY.with("😀", 1).with("\0", 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ud800x\"",
                "\"\\ud800\\ud800\"",
                "\"\\udc00\\ud800\"",
                "[[\"a\",\"\\udfff\"]]"
            })
    void halfASurrogatePairIsRefused(String text) {
        assertThat(problem(parse(text))).isEqualTo(JsonProblem.LONE_SURROGATE);
    }

    @Test
    void halfASurrogatePairIsRefusedInKeysToo() {
        for (String key : new String[] {
            "\\ud800", "\\udc00", "a\\ud800b", "\\ud800\\ud800", "long".repeat(9) + "\\udfff"
        }) {
            assertThat(parse("{\"" + key + "\":1}"))
                    .as(key)
                    .isInstanceOf(JsonResult.Malformed.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"b\":2,\"a\":3}",
                "{\"x\":[{\"b\":1,\"\\u0062\":2}]}",
                "{\"\":1,\"\":2}"
            })
    void aKeyGivenTwiceIsRefused(String text) {
        assertThat(problem(parse(text))).isEqualTo(JsonProblem.DUPLICATE_KEY);
    }

    @Test
    void nestingIsLimited() {
        assertThat(parse("[".repeat(100) + "]".repeat(100))).isInstanceOf(JsonResult.Parsed.class);
        assertThat(problem(parse("[".repeat(101) + "]".repeat(101))))
                .isEqualTo(JsonProblem.TOO_DEEP);
        assertThat(problem(parse("{\"a\":".repeat(101) + "1" + "}".repeat(101))))
                .isEqualTo(JsonProblem.TOO_DEEP);
        byte[] endless = "[".repeat(500_000).getBytes(StandardCharsets.UTF_8);
        assertThat(problem(JsonParser.parse(endless, JsonLimits.LAX_EVENT)))
                .isEqualTo(JsonProblem.TOO_DEEP);
    }

    @Test
    void sizeIsLimited() {
        byte[] bytes = "[1,2,3]".getBytes(StandardCharsets.UTF_8);
        assertThat(JsonParser.parse(bytes, new JsonLimits(7, 5, false)))
                .isInstanceOf(JsonResult.Parsed.class);
        assertThat(problem(JsonParser.parse(bytes, new JsonLimits(6, 5, false))))
                .isEqualTo(JsonProblem.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740991", "-9007199254740991", "0", "1"})
    void canonicalNumbersPass(String number) {
        assertThat(strict(number))
                .isEqualTo(new JsonResult.Parsed(new JsonInteger(Long.parseLong(number))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9007199254740992",
                "-9007199254740992",
                "1.0",
                "1e1",
                "1E1",
                "-0",
                "-0.0",
                "0.5",
                "99999999999999999999999999"
            })
    void otherNumbersAreRefusedWhereCanonicalJsonIsAsked(String number) {
        assertThat(problem(strict(number))).isEqualTo(JsonProblem.NUMBER_NOT_CANONICAL);
        assertThat(parse(number)).isInstanceOf(JsonResult.Parsed.class);
        assertThat(CanonicalJson.isCanonical(value("{\"a\":[{\"b\":" + number + "}]}")))
                .isFalse();
    }

    private static JsonResult strict(String number) {
        return JsonParser.parse(number.getBytes(StandardCharsets.UTF_8), JsonLimits.STRICT_EVENT);
    }

    @Test
    void aNumberOfEndlessDigitsIsNoNumber() {
        assertThat(problem(parse("1".repeat(401)))).isEqualTo(JsonProblem.NOT_JSON);
        assertThat(problem(parse("1".repeat(5_000)))).isEqualTo(JsonProblem.NOT_JSON);
    }

    @ParameterizedTest
    @CsvSource({
        "1e10, 10000000000",
        "-0, 0",
        "1.0, 1",
        "1.5, 1.5",
        "1e300, 1e+300",
        "1.25e-7, 1.25e-07",
        "0.0001, 0.0001",
        "123456789012345678901234567890, 123456789012345678901234567890",
        "1e16, 1e+16",
        "-2.50, -2.5",
        "0.1, 0.1",
        "100000000000000000000.0, 1e+20"
    })
    void theFirstVersionsNumbersAreWrittenAsTheirServersWriteThem(
            String literal, String canonical) {
        assertThat(new String(CanonicalJson.write(value(literal)), StandardCharsets.UTF_8))
                .isEqualTo(canonical);
    }

    @Test
    void clientsNumbersAreKeptAsWritten() {
        assertThat(JsonWriter.text(value("[1.50,1e5,-0,2]"))).isEqualTo("[1.50,1e5,-0,2]");
    }

    @Test
    void onlyAnObjectIsAnObject() {
        JsonResult result = JsonParser.parseObject("[]".getBytes(StandardCharsets.UTF_8), LAX);
        assertThat(problem(result)).isEqualTo(JsonProblem.NOT_AN_OBJECT);
        assertThat(result.object()).isEmpty();
        assertThat(problem(JsonParser.parseObject("{".getBytes(StandardCharsets.UTF_8), LAX)))
                .isEqualTo(JsonProblem.NOT_JSON);
    }

    /// Whatever arrives, there is an answer; and what is accepted survives a round trip.
    @Test
    void damagedInputIsAnsweredAndAcceptedInputSurvives() {
        long seed = 20_261_125;
        Random random = new Random(seed);
        byte[] sample =
                "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\ud83d\\ude00é😀\"],\"b\":{\"\":{}},\"c\":9007199254740991}"
                        .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = damage(sample, random);
            switch (JsonParser.parse(damaged, LAX)) {
                case JsonResult.Parsed(JsonValue value) -> {
                    byte[] written = JsonWriter.write(value);
                    assertThat(JsonParser.parse(written, LAX))
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo(new JsonResult.Parsed(value));
                }
                case JsonResult.Malformed(JsonProblem problem, String where) ->
                    assertThat(where).isNotEmpty();
            }
        }
    }

    private static byte[] damage(byte[] sample, Random random) {
        byte[] bytes = java.util.Arrays.copyOf(sample, sample.length - random.nextInt(3));
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes[at] = random.nextBoolean()
                    ? (byte) random.nextInt(256)
                    : sample[random.nextInt(sample.length)];
        }
        return bytes;
    }

    /// Canonical JSON would have to write it as `Infinity`, which is no JSON.
    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400", "1.7976931348623159e308", "1e999999999999"})
    void aNumberBeyondEveryDoubleIsRefusedWhereOthersPass(String number) {
        assertThat(problem(parse("[" + number + "]"))).isEqualTo(JsonProblem.NUMBER_NOT_CANONICAL);
    }
}
