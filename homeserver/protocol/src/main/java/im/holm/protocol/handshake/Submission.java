package im.holm.protocol.handshake;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;

/// An event that a server hands in with `send_join`, `send_leave` or `send_knock`.
///
/// @param origin the server that hands it in
/// @param roomId the room in the request's path
/// @param eventId the event in the request's path
/// @param us this server
public record Submission(
        HandshakeKind kind,
        ServerName origin,
        RoomId roomId,
        EventId eventId,
        Pdu event,
        ServerName us) {}
