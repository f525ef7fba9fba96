package im.holm.journal;

/// Whether the journal takes writes.
public enum JournalHealth {
    ACCEPTING,
    /// Writes are turned away until the database is back; that is noticed without a restart.
    DATABASE_DOWN,
    /// Another process has taken the slot: this one cannot write any more and should end.
    SLOT_LOST,
    /// A bug has ended the committer; the log has it.
    FAILED,
    /// It was told to stop.
    STOPPED
}
