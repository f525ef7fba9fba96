package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomEffect;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomState;
import im.holm.engine.port.AppendRefusal;
import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitTicket;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.EventId;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Decides an input and waits until what follows is durable; decides again when the room has moved
/// on meanwhile.
final class Deciding {

    /// A command is decided so often at most.
    static final int ATTEMPTS_MAX = 4;

    private static final CommitOutcome NOTHING_BELOW = new CommitOutcome.Committed(new long[0]);

    private Deciding() {}

    sealed interface Decided {
        /// Durable, or nothing had to be written.
        ///
        /// @param wrote whether there was an append
        /// @param positions one a fact of the append
        record Done(
                List<RoomEffect> effects,
                List<RoomEffect.Verdict> verdicts,
                boolean wrote,
                long[] positions)
                implements Decided {

            /// Where the fact with this index stands; the last one if the event has
            /// none.
            long position(int fact) {
                if (positions.length == 0) {
                    return 0;
                }
                return positions[fact == EventRow.NO_FACT ? positions.length - 1 : fact];
            }
        }

        /// The device has sent it before.
        record Duplicate(EventId first) implements Decided {}

        record Failed(Problem problem) implements Decided {}
    }

    static Decided decide(RoomCell cell, RoomInput input) {
        return decide(cell, state -> input);
    }

    static Decided decide(RoomCell cell, Function<RoomState, RoomInput> make) {
        return begin(cell, make).finish();
    }

    /// Decides and hands over to the journal, and does not wait: what is begun next is decided
    /// on top of it and may become durable in the same commit.
    static Begun begin(RoomCell cell, Function<RoomState, RoomInput> make) {
        return new Begun(cell, make, cell.submit(make));
    }

    /// A decision under way.
    record Begun(RoomCell cell, Function<RoomState, RoomInput> make, RoomCell.Submitted submitted) {

        /// Whether there is a commit to wait for.
        boolean isUnderWay() {
            return submitted.ticket().isPresent();
        }

        /// Waits for the outcome; what was begun in one room is finished in that order.
        Decided finish() {
            RoomCell.Submitted latest = submitted;
            for (int attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
                Optional<Decided> decided = outcome(latest);
                if (decided.isPresent()) {
                    return decided.get();
                }
                latest = cell.submit(make);
            }
            return outcome(latest)
                    .orElseGet(() -> new Decided.Failed(Problems.unavailable(
                            "the room changes too fast; ask again", Problems.RETRY_AFTER_MS)));
        }
    }

    /// Empty if it has to be decided again.
    private static Optional<Decided> outcome(RoomCell.Submitted submitted) {
        if (submitted.ticket().isEmpty()) {
            return switch (submitted.below().map(CommitTicket::await).orElse(NOTHING_BELOW)) {
                case CommitOutcome.Committed _ -> Optional.of(answer(submitted));
                case CommitOutcome.Unavailable(String reason, long retryAfterMs) ->
                    Optional.of(new Decided.Failed(Problems.unavailable(reason, retryAfterMs)));
                case CommitOutcome.Refused _ -> Optional.empty();
            };
        }
        return switch (submitted.ticket().get().await()) {
            case CommitOutcome.Committed(long[] positions) ->
                Optional.of(new Decided.Done(
                        submitted.effects(), submitted.verdicts(), true, positions));
            case CommitOutcome.Unavailable(String reason, long retryAfterMs) ->
                Optional.of(new Decided.Failed(Problems.unavailable(reason, retryAfterMs)));
            case CommitOutcome.Refused(AppendRefusal.DuplicateTransaction(EventId first)) ->
                Optional.of(new Decided.Duplicate(first));
            case CommitOutcome.Refused(AppendRefusal again) -> Optional.empty();
            case CommitOutcome.Refused(Object other) ->
                Optional.of(new Decided.Failed(
                        Problem.of(ErrorCode.UNKNOWN, "the event could not be stored")));
        };
    }

    /// Where nothing had to be written.
    private static Decided answer(RoomCell.Submitted submitted) {
        return submitted
                .effect(RoomEffect.Reject.class)
                .<Decided>map(reject -> new Decided.Failed(Problems.of(reject)))
                .orElseGet(() -> new Decided.Done(
                        submitted.effects(), submitted.verdicts(), false, new long[0]));
    }
}
