package im.holm.protocol.receipt;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;

import java.util.Optional;

/// What is known that the checks of an event need. What is empty is not known, and the check that
/// needs it is not made.
public interface Evidence {
    Signatures signatures(Pdu event);

    /// All that its `auth_events` name.
    Optional<AuthEvents> authEvents(Pdu event);

    /// The room's state before it.
    Optional<AuthState> before(Pdu event);

    Optional<AuthState> current(Pdu event);

    /// The room's create event, if the room is known to have one.
    Optional<EventId> create();

    /// What checks 2 and 3 say.
    sealed interface Signatures {
        record Good(VerifiedPdu event) implements Signatures {}

        record Bad(String reason) implements Signatures {}

        /// @param reason why they could not be checked
        record Unknown(String reason) implements Signatures {}
    }
}
