package im.holm.protocol.event;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An event that was not yet hashed and signed.
///
/// @param roomId empty only for a create event whose room is named by it
/// @param stateKey present for a state event
/// @param depth one more than the greatest depth among `prevEvents`, at most
///     [EventLimits#depthMax]
/// @param originServerTs milliseconds since 1970
/// @param redacts what a redaction redacts; it is put where the room version wants it
/// @param hashes the reference hashes of `prevEvents` and `authEvents` in unpadded base64, where
///     the room version writes them ([EventReference#hashesOf])
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
        Optional<EventId> redacts,
        Map<EventId, String> hashes) {
    public EventDraft {
        hashes = Map.copyOf(hashes);
        prevEvents = List.copyOf(prevEvents);
        authEvents = List.copyOf(authEvents);
    }

    /// A draft that redacts nothing, in a room version that writes no hashes.
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
                Optional.empty(),
                Map.of());
    }

    /// A draft in a room version that writes no hashes.
    public EventDraft(
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
                redacts,
                Map.of());
    }

    /// This draft with the hashes of the events that it names.
    public EventDraft withHashes(Map<EventId, String> hashesOfThem) {
        return new EventDraft(
                roomId,
                sender,
                type,
                stateKey,
                content,
                prevEvents,
                authEvents,
                depth,
                originServerTs,
                redacts,
                hashesOfThem);
    }
}
