package im.holm.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

class JsonObjectTest {
    @Test
    void keysStandInTheOrderOfTheirCodePoints() {
        JsonObject object = JsonObject.builder()
                .put("😀", 1)
                .put("\uffff", 2)
                .put("b", 3)
                .put("", 4)
                .put("a", 5)
                .put("aa", 6)
                .build();
        assertThat(object.keys()).containsExactly("", "a", "aa", "b", "\uffff", "😀");
        byte[] shuffled = "{\"😀\":1,\"aa\":6,\"\uffff\":2,\"\":4,\"b\":3,\"a\":5}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(JsonParser.parse(shuffled, JsonLimits.STRICT_EVENT))
                .isEqualTo(new JsonResult.Parsed(object));
    }

    @Test
    void changesMakeNewObjects() {
        JsonObject object = JsonObject.EMPTY.with("b", "x").with("a", 1);
        assertThat(object.toString()).isEqualTo("{\"a\":1,\"b\":\"x\"}");
        assertThat(object.with("a", 2).toString()).isEqualTo("{\"a\":2,\"b\":\"x\"}");
        assertThat(object.without("a").toString()).isEqualTo("{\"b\":\"x\"}");
        assertThat(object.without("c")).isSameAs(object);
        assertThat(object.toString()).isEqualTo("{\"a\":1,\"b\":\"x\"}");
    }

    @Test
    void anObjectBehavesLikeAMap() {
        Random random = new Random(7);
        Map<String, JsonValue> model = new TreeMap<>();
        JsonObject object = JsonObject.EMPTY;
        for (int i = 0; i < 2_000; i++) {
            String key = Integer.toString(random.nextInt(60), 36);
            if (random.nextInt(3) == 0) {
                model.remove(key);
                object = object.without(key);
            } else {
                model.put(key, new JsonInteger(i));
                object = object.with(key, i);
            }
            assertThat(object.keys()).containsExactlyElementsOf(model.keySet());
        }
        assertThat(object).isEqualTo(JsonObject.of(model)).hasSameHashCodeAs(JsonObject.of(model));
    }

    @Test
    void arraysAnswerByTypeOnlyWhenAllElementsHaveIt() {
        JsonArray strings = JsonArray.ofStrings(List.of("a", "b"));
        assertThat(strings.strings()).contains(List.of("a", "b"));
        assertThat(strings.objects()).isEmpty();
        assertThat(JsonArray.of(JsonObject.EMPTY, JsonNull.NULL).objects()).isEmpty();
        assertThat(JsonArray.EMPTY.strings()).contains(List.of());
    }

    @Test
    void aDecimalIsANumberOfJson() {
        for (String literal : List.of("x", "NaN", "0x1p3", ".5", "5.", "1f", " 1", "")) {
            assertThatThrownBy(() -> new JsonDecimal(literal))
                    .as(literal)
                    .isInstanceOf(NumberFormatException.class);
        }
    }

    @Test
    void stringsAreWrittenWithTheShortestEscapes() {
        String text = "\b\t\n\f\r\"\\\u0001\u001f\u007f/é\u2028😀";
        assertThat(new String(CanonicalJson.write(new JsonString(text)), StandardCharsets.UTF_8))
                .isEqualTo("\"\\b\\t\\n\\f\\r\\\"\\\\\\u0001\\u001f\u007f/é\u2028😀\"");
    }

    @Test
    void longValuesAreWrittenWhole() {
        String text = "é".repeat(50_000);
        byte[] written = CanonicalJson.write(JsonArray.ofStrings(List.of(text, text)));
        assertThat(JsonParser.parse(written, JsonLimits.clientBody(1 << 20)))
                .isEqualTo(new JsonResult.Parsed(JsonArray.ofStrings(List.of(text, text))));
    }
}
