package im.holm.protocol.event;

import im.holm.protocol.id.EventId;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

/// The hash over an event's redacted form, by which others refer to it (server-server API,
/// "Calculating the reference hash").
public final class ReferenceHash {
    private ReferenceHash() {}

    /// 32 bytes.
    public static byte[] of(RoomVersion version, JsonObject event) {
        JsonObject redacted = Redaction.redact(version, event);
        return Sha256.of(CanonicalJson.write(
                redacted.without("signatures").without("unsigned").without("age_ts")));
    }

    /// The event's id, in room versions whose ids are hashes.
    public static EventId eventId(RoomVersion version, JsonObject event) {
        byte[] hash = of(version, event);
        return switch (version.eventIds()) {
            case HASH_URL_SAFE_BASE64 -> EventId.ofHash(hash);
            case HASH_STANDARD_BASE64 -> EventId.of("$" + Base64Text.encode(hash));
            case CHOSEN_BY_SENDER ->
                throw new IllegalArgumentException("ids of version " + version + " are no hashes");
        };
    }
}
