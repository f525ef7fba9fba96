package im.holm.protocol.event;

import im.holm.protocol.id.EventId;

import java.util.Objects;

/// An event whose content hash and signatures were checked, or that we signed ourselves; if
/// its content hash did not match, this is its redacted form.
///
/// Made by `EventVerification` and `EventSigning`, and by a store that reads back what it was
/// given as one.
public record VerifiedPdu(Pdu pdu) {
    public VerifiedPdu {
        Objects.requireNonNull(pdu);
    }

    public EventId eventId() {
        return pdu.eventId();
    }
}
