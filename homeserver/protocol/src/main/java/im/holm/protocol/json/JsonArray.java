package im.holm.protocol.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// An array.
public record JsonArray(List<JsonValue> values) implements JsonValue, Iterable<JsonValue> {
    public static final JsonArray EMPTY = new JsonArray(List.of());

    public JsonArray {
        values = List.copyOf(values);
    }

    public static JsonArray of(JsonValue... values) {
        return new JsonArray(List.of(values));
    }

    public static JsonArray of(Collection<? extends JsonValue> values) {
        return new JsonArray(List.copyOf(values));
    }

    /// An array of the wire forms: ids, names, or plain strings.
    public static JsonArray ofStrings(Collection<?> values) {
        JsonValue[] strings = new JsonValue[values.size()];
        int at = 0;
        for (Object value : values) {
            strings[at++] = new JsonString(value.toString());
        }
        return of(strings);
    }

    public int size() {
        return values.size();
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public JsonValue get(int index) {
        return values.get(index);
    }

    /// The elements as strings; empty when any of them is not one.
    public Optional<List<String>> strings() {
        return all(value -> value instanceof JsonString string
                ? Optional.of(string.value())
                : Optional.empty());
    }

    /// The elements as objects; empty when any of them is not one.
    public Optional<List<JsonObject>> objects() {
        return all(value ->
                value instanceof JsonObject object ? Optional.of(object) : Optional.empty());
    }

    private <T> Optional<List<T>> all(Function<JsonValue, Optional<T>> read) {
        List<T> result = new ArrayList<>(values.size());
        for (JsonValue value : values) {
            Optional<T> item = read.apply(value);
            if (item.isEmpty()) {
                return Optional.empty();
            }
            result.add(item.get());
        }
        return Optional.of(List.copyOf(result));
    }

    @Override
    public Iterator<JsonValue> iterator() {
        return values.iterator();
    }

    @Override
    public String toString() {
        return JsonWriter.text(this);
    }
}
