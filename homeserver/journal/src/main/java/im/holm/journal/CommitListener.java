package im.holm.journal;

/// Told what became of a unit, on the committer's thread: be quick, never block, never throw.
public interface CommitListener {

    CommitListener NONE = outcome -> {};

    void settled(CommitOutcome outcome);
}
