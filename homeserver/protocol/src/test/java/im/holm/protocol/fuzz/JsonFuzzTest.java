package im.holm.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonProblem;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Bytes of every kind through the reader and the writers of JSON.
class JsonFuzzTest {
    private static final int CASES = 20_000;

    private final Set<JsonProblem> met = EnumSet.noneOf(JsonProblem.class);
    private int parsed;

    @Test
    void anotherReaderAndWriterAgreeOnAllBytes() {
        long cases = FuzzRun.each(CASES, this::compare);
        if (FuzzRun.isDefault()) {
            assertThat(parsed).isBetween(CASES / 4, CASES * 3 / 4);
            assertThat(met)
                    .contains(
                            JsonProblem.INVALID_UTF8,
                            JsonProblem.NOT_JSON,
                            JsonProblem.TOO_DEEP,
                            JsonProblem.DUPLICATE_KEY,
                            JsonProblem.LONE_SURROGATE,
                            JsonProblem.NUMBER_NOT_CANONICAL);
        }
        assertThat(cases).isPositive();
    }

    private void compare(Random random) {
        byte[] bytes = JsonChaos.input(random);
        JsonLimits limits = random.nextBoolean() ? JsonLimits.STRICT_EVENT : JsonLimits.LAX_EVENT;
        Optional<Object> expected =
                PlainJson.read(bytes, limits.depthMax(), limits.canonicalNumbers());
        switch (JsonParser.parse(bytes, limits)) {
            case JsonResult.Malformed(JsonProblem problem, String where) -> {
                met.add(problem);
                assertThat(expected)
                        .as("%s at %s: %s", problem, where, show(bytes))
                        .isEmpty();
            }
            case JsonResult.Parsed(JsonValue value) -> {
                parsed++;
                assertThat(expected).as("accepted: %s", show(bytes)).isPresent();
                check(value, expected.get(), limits, bytes);
            }
        }
    }

    private static void check(JsonValue value, Object plain, JsonLimits limits, byte[] bytes) {
        byte[] canonical = CanonicalJson.write(value);
        Optional<String> expected = PlainJson.canonical(plain);
        assertThat(CanonicalJson.isCanonical(value))
                .as(show(bytes))
                .isEqualTo(expected.isPresent());
        expected.ifPresent(text -> {
            assertThat(new String(canonical, StandardCharsets.UTF_8)).isEqualTo(text);
            assertThat(read(canonical, limits)).as(show(bytes)).isEqualTo(value);
        });
        assertThat(CanonicalJson.write(read(canonical, limits)))
                .as("canonical form of %s", show(bytes))
                .isEqualTo(canonical);
        assertThat(read(JsonWriter.write(value), limits)).as(show(bytes)).isEqualTo(value);
        assertThat(value).hasSameHashCodeAs(read(JsonWriter.write(value), limits));
    }

    private static JsonValue read(byte[] bytes, JsonLimits limits) {
        return switch (JsonParser.parse(bytes, limits)) {
            case JsonResult.Parsed(JsonValue value) -> value;
            case JsonResult.Malformed malformed ->
                throw new AssertionError(malformed + ": " + show(bytes));
        };
    }

    private static String show(byte[] bytes) {
        int shown = Math.min(bytes.length, 300);
        return new String(bytes, 0, shown, StandardCharsets.UTF_8) + " = "
                + HexFormat.of().formatHex(bytes, 0, shown);
    }
}
