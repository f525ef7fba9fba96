package im.holm.protocol.event;

import im.holm.protocol.id.EventId;

import java.util.Objects;

/// An event that passed the auth rules against its auth events and against the state before
/// it.
///
/// Made by whoever ran those checks, and by a store that reads back what it was given as one.
public record AuthorizedPdu(VerifiedPdu verified) {
    public AuthorizedPdu {
        Objects.requireNonNull(verified);
    }

    public Pdu pdu() {
        return verified.pdu();
    }

    public EventId eventId() {
        return verified.eventId();
    }
}
