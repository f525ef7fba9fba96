package im.holm.rooms;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Finds a top-level value in an event's stored canonical bytes without parsing them. The bytes are
/// this server's own encoding, so anything unexpected is a bug.
final class StoredJson {

    private StoredJson() {}

    /// Where a value stands: `from` inclusive, `to` exclusive.
    record Slice(int from, int to) {}

    static Optional<Slice> find(byte[] json, String key) {
        byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
        int at = 1;
        while (json[at] == '"') {
            int keyEnd = endOfString(json, at);
            int valueEnd = endOfValue(json, keyEnd + 1);
            if (matches(json, at + 1, keyEnd - 1, wanted)) {
                return Optional.of(new Slice(keyEnd + 1, valueEnd));
            }
            at = valueEnd + 1;
            if (json[valueEnd] == '}') {
                break;
            }
        }
        return Optional.empty();
    }

    private static boolean matches(byte[] json, int from, int to, byte[] wanted) {
        return Arrays.equals(json, from, to, wanted, 0, wanted.length);
    }

    /// The position after the value that starts at `at`.
    private static int endOfValue(byte[] json, int at) {
        return switch (json[at]) {
            case '"' -> endOfString(json, at);
            case '{', '[' -> endOfNested(json, at);
            default -> {
                int end = at;
                while (json[end] != ',' && json[end] != '}' && json[end] != ']') {
                    end++;
                }
                yield end;
            }
        };
    }

    private static int endOfNested(byte[] json, int at) {
        int depth = 0;
        int i = at;
        do {
            switch (json[i]) {
                case '"' -> i = endOfString(json, i) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            i++;
        } while (depth > 0);
        return i;
    }

    private static int endOfString(byte[] json, int at) {
        int i = at + 1;
        while (json[i] != '"') {
            i += json[i] == '\\' ? 2 : 1;
        }
        return i + 1;
    }
}
