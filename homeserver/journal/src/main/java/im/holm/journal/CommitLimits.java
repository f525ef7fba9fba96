package im.holm.journal;

/// How much the committer takes at once, and how long it waits for the database.
///
/// @param queueUnitsMax units that wait; more are turned away
/// @param batchUnitsMax units in one transaction
/// @param batchBytesMax their weight together, but for a single heavier unit
/// @param leaseMs how long a silent process keeps its slot
/// @param settleMs how long callers wait for a commit in doubt before they are told so
public record CommitLimits(
        int queueUnitsMax, int batchUnitsMax, int batchBytesMax, long leaseMs, long settleMs) {

    public static final CommitLimits DEFAULT =
            new CommitLimits(8_192, 512, 2 * 1024 * 1024, 10_000, 10_000);

    /// Times that a batch is tried again after a conflict with another transaction.
    static final int CONFLICTS_MAX = 3;

    /// Transactions spent on finding the unit that spoils a batch; twice the logarithm of a
    /// batch is 18.
    static final int BISECTIONS_MAX = 64;

    /// How long a batch waits for another connection when its own breaks, before it is given
    /// up.
    static final long BREAK_MS = 1_000;

    /// Between two looks whether the database is back.
    static final long RECOVER_PAUSE_MS = 500;

    /// What callers are told to wait.
    static final long RETRY_AFTER_MS = 1_000;

    /// A clock that is this much behind what was written before is refused at start; less is
    /// waited out by counting up.
    static final long CLOCK_BEHIND_MAX_MS = 10_000;

    /// How long [Committer#close] waits for the queue to drain.
    static final long DRAIN_MAX_MS = 6_000;

    /// And how long for a write that was called off after that.
    static final long ABANDON_MS = 2_000;

    public CommitLimits {
        if (queueUnitsMax < 1 || batchUnitsMax < 1 || batchBytesMax < 1) {
            throw new IllegalArgumentException("a limit below 1");
        }
        if (leaseMs < 3 || settleMs < 0) {
            throw new IllegalArgumentException("lease of " + leaseMs + " ms");
        }
    }
}
