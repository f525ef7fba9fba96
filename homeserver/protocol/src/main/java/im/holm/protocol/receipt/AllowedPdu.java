package im.holm.protocol.receipt;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;

/// An event that the rules allow at its place in the room: by its auth events and by the state
/// before it. It may be part of the room's history; whether it is shown when it comes is the next
/// question ([AuthorizedPdu]).
///
/// Only [Receipt] makes one.
public final class AllowedPdu {
    private final VerifiedPdu verified;

    AllowedPdu(VerifiedPdu verified) {
        this.verified = verified;
    }

    public VerifiedPdu verified() {
        return verified;
    }

    public Pdu pdu() {
        return verified.pdu();
    }

    public EventId eventId() {
        return verified.eventId();
    }
}
