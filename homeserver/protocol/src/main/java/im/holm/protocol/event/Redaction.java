package im.holm.protocol.event;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.ContentKeys;
import im.holm.protocol.version.RoomVersion;

import java.util.Optional;
import java.util.Set;

/// The redaction algorithm: what remains of an event when its content is taken away. Hashes,
/// ids and signatures are computed over this form, so that a redacted event is still the same
/// event.
public final class Redaction {
    private Redaction() {}

    /// The event in its redacted form; `unsigned` goes too.
    public static JsonObject redact(RoomVersion version, JsonObject event) {
        var keeps = version.redactionKeeps();
        String type = event.string("type").orElse("");
        JsonObject.Builder kept = JsonObject.builder();
        event.forEach((key, value) -> {
            if (!keeps.topLevel().contains(key)) {
                return;
            }
            boolean isContent = key.equals("content") && value instanceof JsonObject;
            kept.put(key, isContent ? content(keeps.contentOf(type), (JsonObject) value) : value);
        });
        return kept.build();
    }

    private static JsonObject content(ContentKeys keeps, JsonObject content) {
        if (keeps.everything()) {
            return content;
        }
        JsonObject.Builder kept = JsonObject.builder();
        content.forEach((key, value) -> {
            if (keeps.keys().contains(key)) {
                kept.put(key, value);
            } else {
                part(keeps.parts().get(key), value).ifPresent(part -> kept.put(key, part));
            }
        });
        return kept.build();
    }

    /// The named keys of an object; nothing when it has none of them.
    private static Optional<JsonObject> part(Set<String> names, JsonValue value) {
        if (names == null || !(value instanceof JsonObject object)) {
            return Optional.empty();
        }
        JsonObject.Builder kept = JsonObject.builder();
        names.forEach(name -> kept.putIfPresent(name, object.get(name)));
        JsonObject part = kept.build();
        return part.isEmpty() ? Optional.empty() : Optional.of(part);
    }
}
