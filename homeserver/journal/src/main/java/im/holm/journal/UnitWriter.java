package im.holm.journal;

import im.holm.platform.db.Tx;

import java.util.List;

/// Writes rows of one kind inside the journal's transaction: all units of a batch at once, in a few
/// statements with array-bound parameters.
///
/// A writer is compared by identity; keep one instance a kind. It must not commit, and must not
/// touch another slice's tables.
public interface UnitWriter<R> {

    /// Writes the units, in order.
    ///
    /// @return the units that must not be committed, empty if all may. If it is not empty the
    /// transaction is rolled
    ///     back and tried again without them.
    List<Refusal> write(Tx tx, List<Placed<R>> units);

    /// A unit's rows with the positions of its facts.
    ///
    /// @param positions one a fact of the unit, in order
    record Placed<R>(R rows, long[] positions) {}

    /// A unit that its writer turned down.
    ///
    /// @param unit its index in the list that was given
    /// @param reason for the caller to tell apart: a guard that missed, a duplicate and the
    /// like; the writer's own type
    record Refusal(int unit, Object reason) {}
}
