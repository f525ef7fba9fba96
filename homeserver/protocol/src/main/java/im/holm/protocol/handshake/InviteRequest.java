package im.holm.protocol.handshake;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;

import java.util.List;

/// An invite that another server asks us to sign.
///
/// @param origin the server that asks
/// @param roomId the room in the request's path
/// @param eventId the event in the request's path
/// @param roomState `invite_room_state` as it came
/// @param us this server
public record InviteRequest(
        ServerName origin,
        RoomId roomId,
        EventId eventId,
        Pdu event,
        List<JsonObject> roomState,
        ServerName us) {
    public InviteRequest {
        roomState = List.copyOf(roomState);
    }
}
