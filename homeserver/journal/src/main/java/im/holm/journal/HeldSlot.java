package im.holm.journal;

import im.holm.journal.JournalStore.Claim;
import im.holm.journal.JournalStore.Standing;

/// The committer's hold on its writer slot. Of the committer's thread alone.
final class HeldSlot {
    private final JournalStore store;
    private final CommitQueue queue;
    private Lease lease;
    /// Whether a commit was sent of which nothing was heard.
    private boolean inDoubt;

    HeldSlot(JournalStore store, CommitQueue queue, Lease lease) {
        this.store = store;
        this.queue = queue;
        this.lease = lease;
    }

    Lease lease() {
        return lease;
    }

    /// From now on the slot's standing is asked for under a new epoch, until it is known: so a
    /// commit that is still on its way is waited for, or doomed.
    void doubt() {
        inDoubt = true;
    }

    /// How the slot stands now; makes the lease last from now.
    Standing standing() {
        return inDoubt ? settle() : store.renew(lease);
    }

    private Standing settle() {
        return switch (store.settle(lease)) {
            case Claim.Claimed claimed -> {
                lease = claimed.lease();
                inDoubt = false;
                yield new Standing.Ours(claimed.lastPosition());
            }
            case Claim.Held held -> new Standing.Lost();
            case Claim.Down down -> new Standing.Down(down.reason());
        };
    }

    /// How the slot stands; asks again while the database is down, for so long.
    Standing recoverWithin(long waitMs) throws InterruptedException {
        long endNanos = System.nanoTime() + waitMs * 1_000_000;
        var standing = standing();
        while (standing instanceof Standing.Down && System.nanoTime() < endNanos) {
            queue.pause(Math.clamp(waitMs / 10, 1, CommitLimits.RECOVER_PAUSE_MS));
            standing = standing();
        }
        return standing;
    }

    /// How the slot stands; asks again until the database is back, or the node stops: only then
    /// is the answer `Down`.
    Standing recoverAtLast() throws InterruptedException {
        var standing = standing();
        while (standing instanceof Standing.Down && !queue.isClosed()) {
            queue.pause(CommitLimits.RECOVER_PAUSE_MS);
            standing = standing();
        }
        return standing;
    }
}
