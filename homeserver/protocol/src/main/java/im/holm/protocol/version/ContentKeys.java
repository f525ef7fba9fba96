package im.holm.protocol.version;

import java.util.Map;
import java.util.Set;

/// Which parts of an event's content a redaction keeps.
///
/// @param everything whether all of it stays
/// @param keys the keys that stay whole
/// @param parts keys that stay with some of their own keys only
public record ContentKeys(boolean everything, Set<String> keys, Map<String, Set<String>> parts) {
    public static final ContentKeys ALL = new ContentKeys(true, Set.of(), Map.of());
    public static final ContentKeys NONE = new ContentKeys(false, Set.of(), Map.of());

    public ContentKeys {
        keys = Set.copyOf(keys);
        parts = Map.copyOf(parts);
    }

    static ContentKeys of(String... keys) {
        return new ContentKeys(false, Set.of(keys), Map.of());
    }

    ContentKeys withPart(String key, String part) {
        return new ContentKeys(everything, keys, Map.of(key, Set.of(part)));
    }
}
