package im.holm.protocol.signing;

import im.holm.protocol.event.VerifiedPdu;

/// What became of a draft.
public sealed interface SignedEvent {
    record Signed(VerifiedPdu event) implements SignedEvent {}

    /// The draft breaks a limit of events.
    ///
    /// @param tooLarge whether it is a matter of size (`M_TOO_LARGE`); else of form
    ///     (`M_BAD_JSON`)
    /// @param reason for a person to read
    record Refused(boolean tooLarge, String reason) implements SignedEvent {}
}
