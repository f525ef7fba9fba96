package im.holm.protocol.json;

import java.nio.charset.StandardCharsets;

/// Writes values as compact UTF-8, keys in canonical order, numbers as they were written.
public final class JsonWriter {
    private JsonWriter() {}

    public static byte[] write(JsonValue value) {
        JsonSink sink = new JsonSink(JsonLength.of(value));
        write(value, sink, false);
        return sink.toBytes();
    }

    public static String text(JsonValue value) {
        return new String(write(value), StandardCharsets.UTF_8);
    }

    static void write(JsonValue value, JsonSink sink, boolean canonical) {
        switch (value) {
            case JsonObject object -> {
                char before = '{';
                for (int i = 0; i < object.size(); i++) {
                    sink.one(before);
                    sink.quoted(object.keyAt(i));
                    sink.one(':');
                    write(object.valueAt(i), sink, canonical);
                    before = ',';
                }
                sink.ascii(object.isEmpty() ? "{}" : "}");
            }
            case JsonArray array -> {
                char before = '[';
                for (int i = 0; i < array.size(); i++) {
                    sink.one(before);
                    write(array.get(i), sink, canonical);
                    before = ',';
                }
                sink.ascii(array.isEmpty() ? "[]" : "]");
            }
            case JsonString string -> sink.quoted(string.value());
            case JsonInteger integer -> sink.number(integer.value());
            case JsonDecimal decimal ->
                sink.ascii(canonical ? decimal.canonicalText() : decimal.literal());
            case JsonBoolean bool -> sink.ascii(bool.value() ? "true" : "false");
            case JsonNull _ -> sink.ascii("null");
        }
    }
}
