package im.holm.protocol.receipt;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;

/// An event that has passed every check of its receipt: allowed at its place and by the room's
/// current state. Only such an event becomes the room's newest.
///
/// Only [Receipt] makes one.
public final class AuthorizedPdu {
    private final AllowedPdu allowed;

    AuthorizedPdu(AllowedPdu allowed) {
        this.allowed = allowed;
    }

    public VerifiedPdu verified() {
        return allowed.verified();
    }

    public Pdu pdu() {
        return allowed.pdu();
    }

    public EventId eventId() {
        return allowed.eventId();
    }
}
