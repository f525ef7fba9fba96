package im.holm.protocol.handshake;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Map;

/// What a resident server knows of a room when somebody asks to change a membership.
///
/// @param state the current state
/// @param prevEvents the events that a new one would follow
/// @param hashes the reference hashes of `prevEvents`, where the room version writes them
///     ([im.holm.protocol.event.EventReference#hashesOf])
/// @param depth the depth that a new event would have
public record RoomFacts(
        RoomVersion version,
        RoomId roomId,
        AuthState state,
        List<EventId> prevEvents,
        Map<EventId, String> hashes,
        long depth) {
    public RoomFacts {
        prevEvents = List.copyOf(prevEvents);
        hashes = Map.copyOf(hashes);
    }

    /// What is known of a room whose version writes no hashes.
    public RoomFacts(
            RoomVersion version,
            RoomId roomId,
            AuthState state,
            List<EventId> prevEvents,
            long depth) {
        this(version, roomId, state, prevEvents, Map.of(), depth);
    }
}
