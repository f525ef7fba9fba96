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
        return eventId(version, of(version, event));
    }

    /// The id of an event of which these bytes are signed: they are what is hashed, too.
    ///
    /// @param signed of `JsonSigning.signedBytes` of the redacted form, hashes included
    public static EventId ofSignedBytes(RoomVersion version, byte[] signed) {
        return eventId(version, Sha256.of(signed));
    }

    private static EventId eventId(RoomVersion version, byte[] hash) {
        return switch (version.eventIds()) {
            case HASH_URL_SAFE_BASE64 -> EventId.ofHash(hash);
            case HASH_STANDARD_BASE64 -> EventId.of("$" + Base64Text.encode(hash));
            case CHOSEN_BY_SENDER ->
                throw new IllegalArgumentException("ids of version " + version + " are no hashes");
        };
    }
}
