package im.holm.engine.core;

import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;

import java.util.List;
import java.util.Set;

/// What a step wants done.
public sealed interface RoomEffect {

    /// Make this durable. The state that came with it counts once it is.
    record Append(RoomAppend append) implements RoomEffect {}

    /// Read this from the store, step [RoomInput.Found], and then the same input again.
    ///
    /// @param digests of snapshots whose numbers are wanted, as far as they are stored
    record Lookup(Set<EventId> ids, Set<Integer> evs, Set<Integer> snapshots, List<byte[]> digests)
            implements RoomEffect {}

    /// Fetch these previous events of `child` from other servers, step them, and then the same
    /// input again.
    record NeedEvents(Set<EventId> ids, VerifiedPdu child) implements RoomEffect {}

    /// Fetch these auth events of `child`, with their own, step them as [RoomInput.AuthChain],
    /// and the same input again.
    record NeedAuth(Set<EventId> ids, VerifiedPdu child) implements RoomEffect {}

    /// What became of one event of the input. Holds once the append of the same step is
    /// durable.
    record Answer(Verdict verdict) implements RoomEffect {}

    /// Nothing of the input was taken: what a local user asked for is not allowed or not
    /// possible.
    record Reject(Refusal refusal, String reason) implements RoomEffect {}

    enum Refusal {
        /// Against the room's auth rules.
        FORBIDDEN,
        /// Larger than an event may be.
        TOO_LARGE,
        /// Not a well-formed event.
        MALFORMED,
        /// Refers to an event that this room does not have.
        NOT_FOUND,
        /// What another server told does not hold together.
        UNUSABLE
    }

    sealed interface Verdict {

        EventId eventId();

        /// In the room; shown, unless `shown` says no.
        ///
        /// @param fact index of its fact in the append, [EventRow#NO_FACT] if it has none
        record Accepted(VerifiedPdu event, int ev, int fact) implements Verdict {
            @Override
            public EventId eventId() {
                return event.eventId();
            }
        }

        /// Known before; nothing changed.
        record Known(EventId eventId, int ev) implements Verdict {}

        record SoftFailed(EventId eventId, String reason) implements Verdict {}

        record Rejected(EventId eventId, String reason) implements Verdict {}
    }
}
