package im.holm.engine.core;

import java.util.Objects;

/// A state snapshot as it is stored: a set of event numbers, as the difference to an ancestor.
///
/// @param height 0 if stored in full; else the parent has height `height & (height - 1)`
/// @param parent the ancestor's number, 0 at height 0
/// @param added numbers that the parent has not, ascending
/// @param removed numbers that only the parent has, ascending
/// @param entries how many numbers the whole set has
/// @param digest keyed, order-independent sum over the set: equal states of a room are one row
public record SnapshotRow(
        int snap, int height, int parent, int[] added, int[] removed, int entries, byte[] digest) {

    public SnapshotRow {
        Objects.requireNonNull(added);
        Objects.requireNonNull(removed);
        Objects.requireNonNull(digest);
    }
}
