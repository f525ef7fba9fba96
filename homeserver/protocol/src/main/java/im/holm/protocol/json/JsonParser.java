package im.holm.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;

import java.io.IOException;

/// Reads untrusted bytes as JSON. Every failure is an answer; nothing is thrown.
public final class JsonParser {
    /// Far above any limit that a caller may set; the callers' own limits are checked here.
    private static final int TOKENIZER_DEPTH_MAX = 1_000;

    private static final JsonFactory TOKENIZERS = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(TOKENIZER_DEPTH_MAX)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonParser() {}

    /// Reads one value that fills the whole input.
    public static JsonResult parse(byte[] bytes, JsonLimits limits) {
        if (bytes.length > limits.sizeMaxBytes()) {
            return new JsonResult.Malformed(
                    JsonProblem.TOO_LARGE,
                    bytes.length + " bytes, at most " + limits.sizeMaxBytes());
        }
        JsonResult.Malformed unreadable = firstUnreadableByte(bytes);
        if (unreadable != null) {
            return unreadable;
        }
        try (var tokens = TOKENIZERS.createParser(bytes)) {
            return new JsonTreeReader(tokens, limits).read();
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            return new JsonResult.Malformed(
                    JsonProblem.NOT_JSON,
                    at == null ? "somewhere" : "byte " + Math.max(0, at.getByteOffset()));
        } catch (IOException e) {
            throw new AssertionError("reading from memory failed", e);
        }
    }

    /// Reads an object that fills the whole input; another value is
    /// [JsonProblem#NOT_AN_OBJECT].
    public static JsonResult parseObject(byte[] bytes, JsonLimits limits) {
        JsonResult result = parse(bytes, limits);
        return switch (result) {
            case JsonResult.Parsed(JsonObject object) -> result;
            case JsonResult.Parsed(JsonValue other) ->
                new JsonResult.Malformed(JsonProblem.NOT_AN_OBJECT, "byte 0");
            case JsonResult.Malformed malformed -> malformed;
        };
    }

    /// Besides UTF-8 this refuses a byte order mark and NUL, by which the tokenizer would
    /// guess at UTF-16 or UTF-32.
    private static JsonResult.Malformed firstUnreadableByte(byte[] bytes) {
        int invalid = Utf8.firstInvalid(bytes);
        if (invalid >= 0) {
            return new JsonResult.Malformed(JsonProblem.INVALID_UTF8, "byte " + invalid);
        }
        if (bytes.length >= 3
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF) {
            return new JsonResult.Malformed(JsonProblem.INVALID_UTF8, "byte order mark");
        }
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return new JsonResult.Malformed(JsonProblem.NOT_JSON, "byte " + i);
            }
        }
        return null;
    }
}
