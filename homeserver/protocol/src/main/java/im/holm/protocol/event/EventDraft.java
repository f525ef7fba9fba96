package im.holm.protocol.event;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Optional;

/// An event that was not yet hashed and signed.
///
/// @param roomId empty only for a create event whose room is named by it
/// @param stateKey present for a state event
/// @param depth one more than the greatest depth among `prevEvents`, at most
///     [EventLimits#DEPTH_MAX]
/// @param originServerTs milliseconds since 1970
/// @param redacts what a redaction redacts; it is put where the room version wants it
public record EventDraft(
        Optional<RoomId> roomId,
        UserId sender,
        String type,
        Optional<String> stateKey,
        JsonObject content,
        List<EventId> prevEvents,
        List<EventId> authEvents,
        long depth,
        long originServerTs,
        Optional<EventId> redacts) {
    public EventDraft {
        prevEvents = List.copyOf(prevEvents);
        authEvents = List.copyOf(authEvents);
    }

    /// A draft that redacts nothing.
    public EventDraft(
            Optional<RoomId> roomId,
            UserId sender,
            String type,
            Optional<String> stateKey,
            JsonObject content,
            List<EventId> prevEvents,
            List<EventId> authEvents,
            long depth,
            long originServerTs) {
        this(
                roomId,
                sender,
                type,
                stateKey,
                content,
                prevEvents,
                authEvents,
                depth,
                originServerTs,
                Optional.empty());
    }
}
