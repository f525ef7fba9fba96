package im.holm.platform.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Header fields: names regardless of case, values in the order in which they came.
public final class Headers {
    private static final Headers EMPTY = new Headers(new TreeMap<>());

    private final TreeMap<String, List<String>> fields;

    private Headers(TreeMap<String, List<String>> fields) {
        this.fields = fields;
    }

    public static Headers empty() {
        return EMPTY;
    }

    /// Names and values in turn.
    public static Headers of(String... namesAndValues) {
        Headers headers = EMPTY;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers = headers.plus(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    static Headers copyOf(Map<String, List<String>> source) {
        TreeMap<String, List<String>> fields = new TreeMap<>();
        source.forEach(
                (name, values) -> fields.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        return new Headers(fields);
    }

    /// The first value of a field.
    public Optional<String> first(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /// Every value of a field, one for each line it came in.
    public List<String> all(String name) {
        return fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    public boolean has(String name) {
        return fields.containsKey(name.toLowerCase(Locale.ROOT));
    }

    /// The same fields with this one set to exactly one value.
    public Headers with(String name, String value) {
        return put(name, List.of(checked(value)));
    }

    /// The same fields with one more value of this one.
    public Headers plus(String name, String value) {
        List<String> values = new ArrayList<>(all(name));
        values.add(checked(value));
        return put(name, List.copyOf(values));
    }

    /// The same fields without this one.
    public Headers without(String name) {
        TreeMap<String, List<String>> fewer = new TreeMap<>(fields);
        fewer.remove(name.toLowerCase(Locale.ROOT));
        return new Headers(fewer);
    }

    /// The fields by name in lower case.
    public Map<String, List<String>> asMap() {
        return java.util.Collections.unmodifiableMap(fields);
    }

    private Headers put(String name, List<String> values) {
        TreeMap<String, List<String>> more = new TreeMap<>(fields);
        more.put(checked(name).toLowerCase(Locale.ROOT), values);
        return new Headers(more);
    }

    /// A line break in a value would start a field of the attacker's choice.
    private static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new IllegalArgumentException("control character in a header field");
            }
        }
        return text;
    }

    @Override
    public String toString() {
        return fields.keySet().toString();
    }
}
