package im.holm.node;

/// What became of a start.
public sealed interface StartOutcome {

    record Running(Node node) implements StartOutcome {}

    /// It cannot run like this. Nothing is left running.
    ///
    /// @param reason one line for the person who started it
    record Refused(String reason) implements StartOutcome {}
}
