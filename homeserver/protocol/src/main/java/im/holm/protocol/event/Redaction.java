package im.holm.protocol.event;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.ContentKeys;
import im.holm.protocol.version.RedactionKeeps;
import im.holm.protocol.version.RoomVersion;

/// The redaction algorithm: what remains of an event when its content is taken away. Hashes,
/// ids and signatures are computed over this form, so that a redacted event is still the same
/// event.
public final class Redaction {
    private Redaction() {}

    /// The event in its redacted form; `unsigned` goes too.
    public static JsonObject redact(RoomVersion version, JsonObject event) {
        RedactionKeeps keeps = version.redactionKeeps();
        ContentKeys inContent = keeps.contentOf(event.string("type").orElse(""));
        JsonObject kept = event.keeping(keeps.topLevel());
        return kept.object("content")
                .map(content -> kept.with("content", content(inContent, content)))
                .orElse(kept);
    }

    private static JsonObject content(ContentKeys keeps, JsonObject content) {
        if (keeps.everything()) {
            return content;
        }
        JsonObject kept = content.keeping(keeps.keys());
        for (var part : keeps.parts().entrySet()) {
            JsonObject some = content.object(part.getKey())
                    .map(whole -> whole.keeping(part.getValue()))
                    .orElse(JsonObject.EMPTY);
            kept = some.isEmpty() ? kept : kept.with(part.getKey(), some);
        }
        return kept;
    }
}
