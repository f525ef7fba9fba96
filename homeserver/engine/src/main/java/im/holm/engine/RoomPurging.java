package im.holm.engine;

import im.holm.platform.error.Problem;
import im.holm.protocol.id.RoomId;

import java.time.Instant;

/// Removing what this server has stored of a room. Other servers keep what they have.
public interface RoomPurging {

    /// Removes the history that had arrived before this time: events, and what is about them.
    /// The current state, its auth chain, and at least the newest event stay. Nobody fills the
    /// gap again.
    ///
    /// Blocks until it is done; meanwhile nothing is sent in the room for moments.
    Outcome purge(RoomId room, Instant before);

    /// Removes a room from this server whole. Its local users must have left.
    Outcome delete(RoomId room);

    sealed interface Outcome {

        /// @param events that were removed
        record Done(long events) implements Outcome {}

        record Failed(Problem problem) implements Outcome {}
    }
}
