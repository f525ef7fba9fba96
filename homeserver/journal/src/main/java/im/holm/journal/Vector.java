package im.holm.journal;

import java.util.Arrays;

/// Up to which position each writer slot is visible: a consistent cut through the journal.
///
/// Immutable. A slot that is not named is at 0: nothing of it has been seen. Entries are ordered by
/// slot.
public final class Vector {

    public static final Vector ZERO = new Vector(new long[0]);

    /// One position a slot, ordered by slot; a position names its own slot.
    private final long[] positions;

    private Vector(long[] positions) {
        this.positions = positions;
    }

    /// The vector of these positions, at most one a slot.
    public static Vector of(long... positions) {
        var vector = ZERO;
        for (long position : positions) {
            vector = vector.with(position);
        }
        return vector;
    }

    /// The highest visible position of `slot`, 0 if none.
    public long at(int slot) {
        for (long position : positions) {
            if (Position.slot(position) == slot) {
                return position;
            }
        }
        return 0;
    }

    /// Whether the fact at `position` lies within this cut.
    public boolean covers(long position) {
        return position <= at(Position.slot(position));
    }

    /// Whether every position that `other` covers is covered by this one.
    public boolean covers(Vector other) {
        for (long position : other.positions) {
            if (!covers(position)) {
                return false;
            }
        }
        return true;
    }

    /// This cut moved forward to `position` in its slot; never backward.
    public Vector with(long position) {
        int slot = Position.slot(position);
        int at = 0;
        while (at < positions.length && Position.slot(positions[at]) < slot) {
            at++;
        }
        if (at < positions.length && Position.slot(positions[at]) == slot) {
            if (positions[at] >= position) {
                return this;
            }
            long[] moved = positions.clone();
            moved[at] = position;
            return new Vector(moved);
        }
        long[] grown = new long[positions.length + 1];
        System.arraycopy(positions, 0, grown, 0, at);
        grown[at] = position;
        System.arraycopy(positions, at, grown, at + 1, positions.length - at);
        return new Vector(grown);
    }

    /// The smallest cut that covers both.
    public Vector merge(Vector other) {
        var merged = this;
        for (long position : other.positions) {
            merged = merged.with(position);
        }
        return merged;
    }

    /// The positions, ordered by slot.
    public long[] positions() {
        return positions.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vector that && Arrays.equals(positions, that.positions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(positions);
    }

    @Override
    public String toString() {
        return Arrays.toString(positions);
    }
}
