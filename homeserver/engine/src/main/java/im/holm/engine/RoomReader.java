package im.holm.engine;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;

import java.util.Optional;

/// Reading rooms that this server knows. Who may read what is for the caller to ask:
/// [RoomView#visible] is the rule.
public interface RoomReader {

    /// The room as committed now, if this server knows it (also from an invite alone).
    Optional<RoomView> room(RoomId room);

    Optional<RoomView> room(long roomNid);

    /// The room in which this server has the event.
    Optional<RoomView> roomOf(EventId event);
}
