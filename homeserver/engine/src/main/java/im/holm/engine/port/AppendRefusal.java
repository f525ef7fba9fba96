package im.holm.engine.port;

import im.holm.protocol.id.EventId;

/// Why an append was turned down by its writer.
public sealed interface AppendRefusal {

    /// The stored head has another version: decide again on the stored one.
    record HeadMoved() implements AppendRefusal {}

    /// The device has already sent an event with this transaction id.
    record DuplicateTransaction(EventId first) implements AppendRefusal {}

    /// The event is already stored.
    record DuplicateEvent(EventId eventId) implements AppendRefusal {}
}
