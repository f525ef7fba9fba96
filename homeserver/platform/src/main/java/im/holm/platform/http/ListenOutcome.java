package im.holm.platform.http;

/// What came of opening a listener.
public sealed interface ListenOutcome<L> {
    record Listening<L>(L listener) implements ListenOutcome<L> {}

    /// Somebody else has the port.
    record PortTaken<L>(String host, int port) implements ListenOutcome<L> {}

    /// The host is not an address of this machine, the port is reserved, the certificate cannot
    /// be read ...
    record NotPossible<L>(String reason) implements ListenOutcome<L> {}
}
