package im.holm.journal;

/// A unit on its way.
public interface CommitTicket {

    /// Blocks until the unit is durable and visible, or refused.
    CommitOutcome await();
}
