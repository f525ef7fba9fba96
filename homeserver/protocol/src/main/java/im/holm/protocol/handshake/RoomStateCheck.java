package im.holm.protocol.handshake;

import im.holm.protocol.event.Pdu;

import java.util.List;

/// What a server makes of `invite_room_state` or `knock_room_state`.
public sealed interface RoomStateCheck {
    /// @param events the events that may be shown, the create event among them
    record Acceptable(List<Pdu> events) implements RoomStateCheck {}

    record Refused(String reason) implements RoomStateCheck {}
}
