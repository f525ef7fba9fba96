package im.holm.protocol.handshake;

import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.Set;

/// What the joining server asked for with `make_join`, `make_leave` or `make_knock`.
///
/// @param versions the room versions that it offered
/// @param ownContent what it wants in the event's content beside the membership: display name,
///     avatar, reason
public record TemplateRequest(
        HandshakeKind kind,
        RoomId roomId,
        UserId user,
        Set<String> versions,
        JsonObject ownContent) {
    public TemplateRequest {
        versions = Set.copyOf(versions);
    }
}
