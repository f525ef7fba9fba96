package im.holm.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What is written, whatever length was expected of it.
final class JsonWriterTest {

    @Test
    void aTextIsWrittenTheSameWhereverItsFirstEscapeStands() {
        for (String odd : List.of("\"", "\\", "\n", "\u0001", "\u007f", "ä", "€", "\uD83D\uDE00")) {
            String escaped = switch (odd) {
                case "\"" -> "\\\"";
                case "\\" -> "\\\\";
                case "\n" -> "\\n";
                case "\u0001" -> "\\u0001";
                default -> odd;
            };
            for (int before = 0; before < 4; before++) {
                for (int after = 0; after < 4; after++) {
                    String text = "x".repeat(before) + odd + "y".repeat(after) + odd;
                    String wanted =
                            '"' + "x".repeat(before) + escaped + "y".repeat(after) + escaped + '"';
                    assertThat(new String(
                                    CanonicalJson.write(new JsonString(text)),
                                    StandardCharsets.UTF_8))
                            .isEqualTo(wanted);
                }
            }
        }
    }

    @Test
    void plainValuesAreExactlyAsLongAsExpected() {
        for (String json : List.of(
                "{}",
                "[]",
                "{\"a\":{\"b\":[]}}",
                "[0,9,10,-1,-10,9007199254740991,-9223372036854775808,9223372036854775807]",
                "{\"a\":true,\"b\":false,\"c\":null,\"d\":\"text\",\"e\":[1,[2,\"\"]]}")) {
            JsonResult parsed =
                    JsonParser.parse(json.getBytes(StandardCharsets.UTF_8), JsonLimits.LAX_EVENT);
            JsonValue value = ((JsonResult.Parsed) parsed).value();
            assertThat(JsonLength.of(value)).isEqualTo(json.length());
            assertThat(JsonWriter.text(value)).isEqualTo(json);
        }
    }
}
