package im.holm.platform.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The parameters after the `?`, decoded (`+` is a space, as browsers and Matrix clients write it).
public final class Query {
    /// More parameters than this are ignored.
    public static final int PARAMETERS_MAX = 1000;

    private static final Query EMPTY = new Query("", Map.of());

    private final String raw;
    private final Map<String, List<String>> parameters;

    private Query(String raw, Map<String, List<String>> parameters) {
        this.raw = raw;
        this.parameters = parameters;
    }

    public static Query empty() {
        return EMPTY;
    }

    /// Reads what stands after the `?`; malformed percent escapes stay as they are.
    public static Query parse(String raw) {
        if (raw.isEmpty()) {
            return EMPTY;
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        int start = 0;
        for (int count = 0; start <= raw.length() && count < PARAMETERS_MAX; count++) {
            int end = raw.indexOf('&', start);
            end = end < 0 ? raw.length() : end;
            if (end > start) {
                String pair = raw.substring(start, end);
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters
                        .computeIfAbsent(Percent.decodeForm(name), _ -> new ArrayList<>())
                        .add(Percent.decodeForm(value));
            }
            start = end + 1;
        }
        return new Query(raw, parameters);
    }

    /// The first value of a parameter.
    public Optional<String> first(String name) {
        List<String> values = parameters.get(name);
        return values == null ? Optional.empty() : Optional.of(values.getFirst());
    }

    public List<String> all(String name) {
        return List.copyOf(parameters.getOrDefault(name, List.of()));
    }

    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    /// The names of the parameters, in the order in which they first came.
    public Set<String> names() {
        return Collections.unmodifiableSet(parameters.keySet());
    }

    /// As it was sent, without the `?`.
    public String raw() {
        return raw;
    }

    @Override
    public String toString() {
        return raw;
    }
}
