package im.holm.protocol.handshake;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.version.RoomVersion;

import java.util.List;

/// What a resident server knows of a room when somebody asks to change a membership.
///
/// @param state the current state
/// @param prevEvents the events that a new one would follow
/// @param depth the depth that a new event would have
public record RoomFacts(
        RoomVersion version, RoomId roomId, AuthState state, List<EventId> prevEvents, long depth) {
    public RoomFacts {
        prevEvents = List.copyOf(prevEvents);
    }
}
