package im.holm.rooms;

import im.holm.journal.CommitOutcome;
import im.holm.journal.Fact;
import im.holm.journal.Journal;
import im.holm.journal.Unit;
import im.holm.journal.UnitWriter;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;

import java.util.List;
import java.util.Optional;

/// One row with its fact, made durable.
final class Commits {

    /// What a row weighs beside its text.
    private static final int ROW_BYTES = 128;

    private Commits() {}

    /// @param textBytes about how long the row's text is
    /// @return what went wrong, if something did
    static <R> Optional<Problem> commit(
            Journal journal, UnitWriter<R> writer, R row, Fact fact, int textBytes) {
        var unit = new Unit<>(writer, row, List.of(fact), ROW_BYTES + textBytes);
        return switch (journal.commit(unit)) {
            case CommitOutcome.Committed _ -> Optional.empty();
            case CommitOutcome.Refused(Object reason) ->
                throw new IllegalStateException("a row without conditions was refused: " + reason);
            case CommitOutcome.Unavailable(String _, long retryAfterMs) ->
                Optional.of(Problem.retryLater(
                        ErrorCode.UNAVAILABLE,
                        "The server cannot store anything now.",
                        retryAfterMs));
        };
    }
}
