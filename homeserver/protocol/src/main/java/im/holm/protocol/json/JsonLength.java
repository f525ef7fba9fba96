package im.holm.protocol.json;

/// How long a value is once it is written, if its text is ASCII without escapes: nearly always,
/// and then the one array that is made for it is the one that is handed out.
final class JsonLength {
    private JsonLength() {}

    /// Bytes; too few if a text needs more than a byte a character.
    static int of(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                int length = 1 + Math.max(1, object.size());
                for (int i = 0; i < object.size(); i++) {
                    length += 3 + object.keyAt(i).length() + of(object.valueAt(i));
                }
                yield length;
            }
            case JsonArray array -> {
                int length = 1 + Math.max(1, array.size());
                for (int i = 0; i < array.size(); i++) {
                    length += of(array.get(i));
                }
                yield length;
            }
            case JsonString string -> string.value().length() + 2;
            case JsonInteger integer -> ofInteger(integer.value());
            case JsonDecimal decimal -> decimal.literal().length();
            case JsonBoolean bool -> bool.value() ? 4 : 5;
            case JsonNull _ -> 4;
        };
    }

    private static int ofInteger(long value) {
        int length = value < 0 ? 2 : 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            length++;
        }
        return length;
    }
}
