package im.holm.journal;

/// What became of a unit.
public sealed interface CommitOutcome {

    /// Durable and visible.
    ///
    /// @param positions one a fact of the unit, in order
    record Committed(long[] positions) implements CommitOutcome {}

    /// Turned down by its writer; nothing of it was written.
    record Refused(Object reason) implements CommitOutcome {}

    /// Not written: the queue is full, the database cannot be reached or does not accept
    /// writes, or this node is stopping. Trying again later may succeed.
    ///
    /// When the connection broke in a commit and stays broken, the ticket says this while it is
    /// not known yet whether the unit was written; the listener is told the truth when it is.
    record Unavailable(String reason, long retryAfterMs) implements CommitOutcome {}
}
