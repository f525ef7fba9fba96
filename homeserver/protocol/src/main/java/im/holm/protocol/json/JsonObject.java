package im.holm.protocol.json;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// An object whose keys stand in the order of canonical JSON. Look-ups are binary searches.
///
/// The typed look-ups ([#string], [#integer], ...) are empty both when the key is absent and
/// when its value has another type; where that matters, ask [#get].
public final class JsonObject implements JsonValue {
    public static final JsonObject EMPTY = new JsonObject(new String[0], new JsonValue[0]);

    private final String[] keys;
    private final JsonValue[] values;

    /// Takes ownership of the arrays; the keys are sorted and distinct.
    JsonObject(String[] keys, JsonValue[] values) {
        this.keys = keys;
        this.values = values;
    }

    public static Builder builder() {
        return new Builder();
    }

    public static JsonObject of(Map<String, ? extends JsonValue> entries) {
        Builder builder = new Builder();
        entries.forEach(builder::put);
        return builder.build();
    }

    public static JsonObject of(String key, JsonValue value) {
        return new JsonObject(new String[] {key}, new JsonValue[] {value});
    }

    public int size() {
        return keys.length;
    }

    public boolean isEmpty() {
        return keys.length == 0;
    }

    public boolean has(String key) {
        return indexOf(key) >= 0;
    }

    public Optional<JsonValue> get(String key) {
        int index = indexOf(key);
        return index < 0 ? Optional.empty() : Optional.of(values[index]);
    }

    public Optional<String> string(String key) {
        int index = indexOf(key);
        return index >= 0 && values[index] instanceof JsonString string
                ? Optional.of(string.value())
                : Optional.empty();
    }

    public OptionalLong integer(String key) {
        int index = indexOf(key);
        return index >= 0 && values[index] instanceof JsonInteger integer
                ? OptionalLong.of(integer.value())
                : OptionalLong.empty();
    }

    public Optional<Boolean> bool(String key) {
        int index = indexOf(key);
        return index >= 0 && values[index] instanceof JsonBoolean bool
                ? Optional.of(bool.value())
                : Optional.empty();
    }

    public Optional<JsonObject> object(String key) {
        int index = indexOf(key);
        return index >= 0 && values[index] instanceof JsonObject object
                ? Optional.of(object)
                : Optional.empty();
    }

    public Optional<JsonArray> array(String key) {
        int index = indexOf(key);
        return index >= 0 && values[index] instanceof JsonArray array
                ? Optional.of(array)
                : Optional.empty();
    }

    /// The keys in canonical order.
    public List<String> keys() {
        return new AbstractList<>() {
            @Override
            public String get(int index) {
                return keys[index];
            }

            @Override
            public int size() {
                return keys.length;
            }
        };
    }

    public void forEach(BiConsumer<String, JsonValue> action) {
        for (int i = 0; i < keys.length; i++) {
            action.accept(keys[i], values[i]);
        }
    }

    /// The key at a place in canonical order.
    public String keyAt(int index) {
        return keys[index];
    }

    /// The value at a place in canonical order.
    public JsonValue valueAt(int index) {
        return values[index];
    }

    /// This object with the key set.
    public JsonObject with(String key, JsonValue value) {
        int index = indexOf(key);
        if (index >= 0) {
            JsonValue[] replaced = values.clone();
            replaced[index] = value;
            return new JsonObject(keys, replaced);
        }
        int at = -index - 1;
        String[] newKeys = new String[keys.length + 1];
        JsonValue[] newValues = new JsonValue[keys.length + 1];
        System.arraycopy(keys, 0, newKeys, 0, at);
        System.arraycopy(values, 0, newValues, 0, at);
        newKeys[at] = key;
        newValues[at] = value;
        System.arraycopy(keys, at, newKeys, at + 1, keys.length - at);
        System.arraycopy(values, at, newValues, at + 1, keys.length - at);
        return new JsonObject(newKeys, newValues);
    }

    public JsonObject with(String key, String value) {
        return with(key, new JsonString(value));
    }

    public JsonObject with(String key, long value) {
        return with(key, new JsonInteger(value));
    }

    /// This object without the key.
    public JsonObject without(String key) {
        int index = indexOf(key);
        if (index < 0) {
            return this;
        }
        String[] newKeys = new String[keys.length - 1];
        JsonValue[] newValues = new JsonValue[keys.length - 1];
        System.arraycopy(keys, 0, newKeys, 0, index);
        System.arraycopy(values, 0, newValues, 0, index);
        System.arraycopy(keys, index + 1, newKeys, index, newKeys.length - index);
        System.arraycopy(values, index + 1, newValues, index, newKeys.length - index);
        return new JsonObject(newKeys, newValues);
    }

    /// This object with those of its keys that are among the wanted ones.
    public JsonObject keeping(Set<String> wanted) {
        String[] newKeys = new String[keys.length];
        JsonValue[] newValues = new JsonValue[keys.length];
        int size = 0;
        for (int i = 0; i < keys.length; i++) {
            if (wanted.contains(keys[i])) {
                newKeys[size] = keys[i];
                newValues[size++] = values[i];
            }
        }
        return size == keys.length
                ? this
                : new JsonObject(Arrays.copyOf(newKeys, size), Arrays.copyOf(newValues, size));
    }

    private int indexOf(String key) {
        int low = 0;
        int high = keys.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = KeyOrder.compare(keys[middle], key);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject object
                && Arrays.equals(keys, object.keys)
                && Arrays.equals(values, object.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
    }

    /// The object as JSON, for logs and test reports.
    @Override
    public String toString() {
        return JsonWriter.text(this);
    }

    /// Collects entries; a key set twice keeps its last value.
    public static final class Builder {
        private final TreeMap<String, JsonValue> entries = new TreeMap<>(KeyOrder::compare);

        private Builder() {}

        public Builder put(String key, JsonValue value) {
            entries.put(key, value);
            return this;
        }

        public Builder put(String key, String value) {
            return put(key, new JsonString(value));
        }

        public Builder put(String key, long value) {
            return put(key, new JsonInteger(value));
        }

        public Builder put(String key, boolean value) {
            return put(key, JsonBoolean.of(value));
        }

        public Builder putAll(JsonObject object) {
            object.forEach(this::put);
            return this;
        }

        /// Sets the key when there is a value.
        public Builder putIfPresent(String key, Optional<? extends JsonValue> value) {
            value.ifPresent(present -> put(key, present));
            return this;
        }

        public JsonObject build() {
            return new JsonObject(
                    entries.keySet().toArray(String[]::new),
                    entries.values().toArray(JsonValue[]::new));
        }
    }
}
