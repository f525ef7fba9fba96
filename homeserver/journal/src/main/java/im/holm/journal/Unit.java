package im.holm.journal;

import java.util.List;
import java.util.Objects;

/// What becomes durable together or not at all: rows of one kind, and the facts that follow from
/// them.
///
/// @param writer how rows of this kind are written; units with the same writer in one batch are
/// written together
/// @param facts given positions in this order, without a stranger's in between
/// @param weightBytes about how much will be written; bounds a batch
/// @param listener told the outcome on the committer's thread, in commit order and before anyone is
/// woken
public record Unit<R>(
        UnitWriter<R> writer, R rows, List<Fact> facts, int weightBytes, CommitListener listener) {

    /// More facts than this in one unit is a bug.
    public static final int FACTS_MAX = 100_000;

    public Unit {
        Objects.requireNonNull(writer);
        Objects.requireNonNull(rows);
        Objects.requireNonNull(listener);
        facts = List.copyOf(facts);
        if (facts.size() > FACTS_MAX) {
            throw new IllegalArgumentException(facts.size() + " facts in one unit");
        }
    }

    public Unit(UnitWriter<R> writer, R rows, List<Fact> facts, int weightBytes) {
        this(writer, rows, facts, weightBytes, CommitListener.NONE);
    }
}
