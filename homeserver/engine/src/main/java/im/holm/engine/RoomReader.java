package im.holm.engine;

import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.receipt.Explanation;

import java.util.Optional;

/// Reading rooms that this server knows. Who may read what is for the caller to ask:
/// [RoomView#visible] is the rule.
public interface RoomReader {

    /// The room as committed now, if this server knows it (also from an invite alone).
    Optional<RoomView> room(RoomId room);

    Optional<RoomView> room(long roomNid);

    /// The room in which this server has the event.
    Optional<RoomView> roomOf(EventId event);

    /// Why this server took an event as it did: every check of its receipt again, on what is
    /// stored. Empty if it does not have the event. May fetch a key from another server.
    Optional<Explained> explain(EventId event);

    /// @param ev its number in the room
    /// @param standing as it is stored: `live`, `hidden`, `soft-failed`, `rejected`, `outlier`
    /// or `backfilled`
    record Explained(Explanation explanation, int ev, String standing) {}
}
