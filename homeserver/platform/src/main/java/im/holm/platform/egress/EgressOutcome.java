package im.holm.platform.egress;

/// What came of an outgoing request.
public sealed interface EgressOutcome {
    /// The other side answered, with whatever status.
    record Answered(EgressResponse response) implements EgressOutcome {}

    /// It was not sent: the policy or the deny list forbids it. One line for logs.
    record Refused(String reason) implements EgressOutcome {}

    /// No answer can be had: no such name, nobody listens, the certificate is wrong, the
    /// connection broke.
    ///
    /// @param sent whether the request may have reached the other side
    record Unreachable(String reason, boolean sent) implements EgressOutcome {}

    /// The deadline passed.
    ///
    /// @param sent whether the request may have reached the other side
    record TimedOut(String doing, boolean sent) implements EgressOutcome {}

    /// The answer is longer than the request allows.
    record TooLarge(long bytesMax) implements EgressOutcome {}
}
