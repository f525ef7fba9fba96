package im.holm.bench.load;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Values as JSON text.
final class Json {
    private Json() {}

    static String text(String value) {
        var text = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            // '<' too, so that the text can stand in a page's script.
            if (c == '"' || c == '\\' || c < ' ' || c == '<') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }

    static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
    }

    static String counts(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(entry -> text(entry.getKey()) + ": " + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
