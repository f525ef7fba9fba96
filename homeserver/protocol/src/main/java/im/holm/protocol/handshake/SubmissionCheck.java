package im.holm.protocol.handshake;

/// What a resident server makes of an event that was handed in.
public sealed interface SubmissionCheck {
    /// The event is of the kind that may be handed in. It still needs its signatures and the
    /// auth rules checked.
    ///
    /// @param needsOurSignature whether it is a join that one of our users authorises: it is
    ///     signed by us (`EventSigning.cosign`) before its signatures are checked
    record Acceptable(boolean needsOurSignature) implements SubmissionCheck {}

    /// `M_INVALID_PARAM`.
    record Refused(String reason) implements SubmissionCheck {}

    /// The user may not be let in; the reasons are those of `make_join`.
    record NotPermitted(JoinPermit permit) implements SubmissionCheck {}
}
