package im.holm.protocol.sketch;

import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

import java.nio.charset.StandardCharsets;

/// JSON in tests, with single quotes for double ones.
public final class Json {
    private Json() {}

    public static JsonObject of(String text) {
        byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return JsonParser.parseObject(bytes, JsonLimits.LAX_EVENT)
                .object()
                .orElseThrow(() -> new AssertionError("the test's own JSON is malformed: " + text));
    }
}
