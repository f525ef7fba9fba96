package im.holm.engine.core;

import java.util.Comparator;
import java.util.List;

/// The choice of previous events for what we send.
final class Extremities {

    /// Previous events on what we send, at most. Further extremities stay for the next events.
    static final int PREV_MAX = 10;

    private Extremities() {}

    /// All extremities, or the deepest if there are too many; ties by age.
    static List<KnownEvent> toSendOn(List<KnownEvent> extremities) {
        if (extremities.size() <= PREV_MAX) {
            return extremities;
        }
        return extremities.stream()
                .sorted(Comparator.comparingLong(
                                (KnownEvent event) -> event.row().depth())
                        .reversed()
                        .thenComparingInt(KnownEvent::ev))
                .limit(PREV_MAX)
                .toList();
    }
}
