package im.holm.journal;

import java.util.Objects;

/// Which writer slots there are, as of a change in their set. A token names the generation in which
/// it was made, so that it need not carry slots that nobody writes to any more.
///
/// @param number from 1, counting up
/// @param retired the last position of each slot that had been retired when the generation began: a
///     token of it that does not name such a slot has seen all of it. A slot that is neither named
///     nor retired is at 0
public record Generation(int number, Vector retired) {

    public static final Generation FIRST = new Generation(1, Vector.ZERO);

    public Generation {
        Objects.requireNonNull(retired);
        if (number < 1) {
            throw new IllegalArgumentException("generation " + number);
        }
    }

    /// The cut as a token of this generation carries it: without slots that are retired and
    /// seen to their end.
    Vector shorten(Vector cut) {
        var kept = Vector.ZERO;
        for (long position : cut.positions()) {
            if (retired.at(Position.slot(position)) != position) {
                kept = kept.with(position);
            }
        }
        return kept;
    }

    /// The inverse of [#shorten].
    Vector complete(Vector carried) {
        var full = carried;
        for (long last : retired.positions()) {
            if (carried.at(Position.slot(last)) == 0) {
                full = full.with(last);
            }
        }
        return full;
    }
}
