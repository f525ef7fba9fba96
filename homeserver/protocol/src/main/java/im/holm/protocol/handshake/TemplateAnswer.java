package im.holm.protocol.handshake;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

/// What a resident server answers to `make_join`, `make_leave` or `make_knock`.
public sealed interface TemplateAnswer {
    /// @param event the unsigned event
    record Template(RoomVersion version, JsonObject event) implements TemplateAnswer {
        /// The body of the answer.
        public JsonObject body() {
            return JsonObject.builder()
                    .put("room_version", version.id())
                    .put("event", event)
                    .build();
        }
    }

    /// The asking server does not support the room's version (`M_INCOMPATIBLE_ROOM_VERSION`).
    record IncompatibleVersion(RoomVersion version) implements TemplateAnswer {}

    /// The rules do not allow it (`M_FORBIDDEN`).
    record Forbidden(String rule, String reason) implements TemplateAnswer {}

    /// See [JoinPermit.UnableToAuthorise].
    record UnableToAuthorise(String reason) implements TemplateAnswer {}

    /// See [JoinPermit.UnableToGrant].
    record UnableToGrant(String reason) implements TemplateAnswer {}
}
