package im.holm.protocol.handshake;

import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.json.JsonObject;

import java.util.List;

/// What the invited user's server makes of an invite.
public sealed interface InviteCheck {
    /// @param event the invite, its signature checked
    /// @param strippedState what the invited user is shown of the room
    record Acceptable(VerifiedPdu event, List<JsonObject> strippedState) implements InviteCheck {}

    /// `M_INVALID_PARAM`.
    record Refused(String reason) implements InviteCheck {}
}
