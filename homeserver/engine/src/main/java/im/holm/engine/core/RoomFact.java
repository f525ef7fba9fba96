package im.holm.engine.core;

import im.holm.protocol.id.UserId;

/// Something in an append that somebody must learn of. The shell turns it into a fact of the
/// journal.
public sealed interface RoomFact {

    /// Event `ev` is live.
    record Live(int ev) implements RoomFact {}

    /// Event `ev`, which clients may have seen, was redacted or changed its status.
    record Changed(int ev) implements RoomFact {}

    /// The current state went from one snapshot to another without an event.
    record StateRepaired(int fromSnap, int toSnap) implements RoomFact {}

    /// An invite, its rejection or a knock of a local user in a room that this server is not
    /// in.
    record OutOfBand(UserId user) implements RoomFact {}
}
