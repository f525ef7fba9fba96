package im.holm.protocol.json;

import java.util.Objects;

/// A string without lone surrogates when it comes from [JsonParser].
public record JsonString(String value) implements JsonValue {
    public JsonString {
        Objects.requireNonNull(value);
    }

    @Override
    public String toString() {
        return JsonWriter.text(this);
    }
}
