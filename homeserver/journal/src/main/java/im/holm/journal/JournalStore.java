package im.holm.journal;

import java.util.List;

/// Where the journal is kept: `store` fills it. Nothing here throws because the database is down or
/// slow; that is an outcome. Reads throw, like every other read.
public interface JournalStore {

    /// Takes a slot if nobody holds it, its holder's lease has run out by the database's clock,
    /// or its holder is this same node (which [NodeFile] lets run only once).
    Claim claim(int slot, String node, long leaseMs);

    /// Makes the lease last from now; tells how the slot stands.
    Standing renew(Lease lease);

    /// Lets go of the slot, so that the next start need not wait. Does nothing if it is lost or
    /// the database is down.
    void release(Lease lease);

    /// Writes a batch in one transaction that ends with the guarded update of the slot's row.
    Written write(Lease lease, Batch batch);

    /// Takes the slot once more, under a new epoch. A commit of the old epoch that is still on
    /// its way is waited for, or doomed: afterwards `lastPosition` says whether it happened.
    /// Asked again with the same lease it takes the same epoch: this answer may be lost too.
    Claim settle(Lease lease);

    /// Up to where each slot's commits are visible, all read in one statement: a consistent
    /// cut.
    Vector highWater();

    /// Facts after `after` and within `upTo` by position, at most `limit`.
    List<JournalEntry> read(Vector after, Vector upTo, int limit);

    /// The last position of each slot that retention has dropped.
    Vector dropped();

    /// All generations, ascending; the last is the present one.
    List<Generation> generations();

    sealed interface Claim {
        /// @param lastPosition the slot's newest visible position, 0 if none
        record Claimed(Lease lease, long lastPosition) implements Claim {}

        /// Another process holds it.
        ///
        /// @param epoch and `leaseLeftMs`: whether it is alive shows in their change
        record Held(String node, long epoch, long leaseLeftMs) implements Claim {}

        record Down(String reason) implements Claim {}
    }

    sealed interface Standing {
        record Ours(long lastPosition) implements Standing {}

        record Lost() implements Standing {}

        record Down(String reason) implements Standing {}
    }

    sealed interface Written {
        /// Durable and visible.
        record Done() implements Written {}

        /// Rolled back: some units were refused by their writers.
        record Refused(List<Batch.Refused> units) implements Written {}

        /// Rolled back: the slot's epoch is another one.
        record SlotLost() implements Written {}

        /// Rolled back by a conflict with another transaction: the same again may succeed.
        record Conflict(String reason) implements Written {}

        /// Rolled back: something in the batch cannot be stored, and the database did not
        /// say which unit.
        record Offended(String reason) implements Written {}

        /// The connection broke while COMMIT was on its way.
        record InDoubt(String reason) implements Written {}

        /// Not written: the database cannot be reached, accepts no writes or has no space.
        record Down(String reason) implements Written {}
    }
}
