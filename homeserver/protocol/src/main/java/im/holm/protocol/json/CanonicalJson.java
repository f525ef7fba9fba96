package im.holm.protocol.json;

/// The one encoding of a value that every server agrees on, for hashes and signatures
/// (specification appendices, "Canonical JSON").
public final class CanonicalJson {
    private CanonicalJson() {}

    /// Encodes a value. Numbers that canonical JSON does not have are written as servers of
    /// room versions 1 to 5 write them; ask [#isCanonical] where they are not allowed.
    public static byte[] write(JsonValue value) {
        JsonSink sink = new JsonSink(JsonLength.of(value));
        JsonWriter.write(value, sink, true);
        return sink.toBytes();
    }

    /// Whether all numbers in the value are integers within ±(2^53 - 1).
    public static boolean isCanonical(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                boolean all = true;
                for (int i = 0; i < object.size() && all; i++) {
                    all = isCanonical(object.valueAt(i));
                }
                yield all;
            }
            case JsonArray array -> {
                boolean all = true;
                for (int i = 0; i < array.size() && all; i++) {
                    all = isCanonical(array.get(i));
                }
                yield all;
            }
            case JsonInteger integer -> integer.isCanonical();
            case JsonDecimal _ -> false;
            case JsonString _, JsonBoolean _, JsonNull _ -> true;
        };
    }
}
