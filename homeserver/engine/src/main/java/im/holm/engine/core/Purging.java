package im.holm.engine.core;

import im.holm.engine.core.RoomAppend.GapChange;

import java.util.List;

/// Marks where history ends because this server removed what came before: one gap, which takes the
/// place of those below it.
final class Purging {

    private Purging() {}

    static StepResult step(RoomDraft draft, RoomInput.Purge purge) {
        boolean marked = purge.below().isEmpty()
                || draft.gaps.stream()
                        .anyMatch(gap ->
                                gap.reason() == GapReason.PURGED && gap.tlAbove() == purge.cut());
        if (marked) {
            return new StepResult(draft.base, List.of());
        }
        for (GapChange gap : List.copyOf(draft.gaps)) {
            if (gap.tlAbove() <= purge.cut()) {
                draft.gap(new GapChange(
                        gap.gap(), gap.tlBelow(), gap.tlAbove(), gap.reason(), List.of()));
            }
        }
        draft.gap(new GapChange(
                draft.nextGap, EventRow.NO_TL, purge.cut(), GapReason.PURGED, purge.below()));
        return draft.finish(List.of());
    }
}
