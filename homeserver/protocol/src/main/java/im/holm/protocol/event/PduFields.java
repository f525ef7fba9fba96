package im.holm.protocol.event;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Optional;

/// The fields of an event once each was read.
///
/// @param roomId absent only from a create event whose room is named by it
record PduFields(
        Optional<RoomId> roomId,
        UserId sender,
        String type,
        Optional<String> stateKey,
        JsonObject content,
        List<EventId> prevEvents,
        List<EventId> authEvents,
        long depth,
        long originServerTs) {}
