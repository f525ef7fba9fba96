package im.holm.protocol.version;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What remains of an event that was redacted.
///
/// @param topLevel the top-level keys that stay
/// @param content by event type, what stays of the content; of types that are absent nothing
///     stays
public record RedactionKeeps(Set<String> topLevel, Map<String, ContentKeys> content) {
    public RedactionKeeps {
        topLevel = Set.copyOf(topLevel);
        content = Map.copyOf(content);
    }

    public ContentKeys contentOf(String type) {
        return content.getOrDefault(type, ContentKeys.NONE);
    }

    RedactionKeeps with(String type, ContentKeys keys) {
        Map<String, ContentKeys> changed = new HashMap<>(content);
        changed.put(type, keys);
        return new RedactionKeeps(topLevel, changed);
    }

    RedactionKeeps without(String type) {
        Map<String, ContentKeys> changed = new HashMap<>(content);
        changed.remove(type);
        return new RedactionKeeps(topLevel, changed);
    }

    RedactionKeeps droppingTopLevel(String... keys) {
        Set<String> changed = new HashSet<>(topLevel);
        changed.removeAll(Set.of(keys));
        return new RedactionKeeps(changed, content);
    }
}
