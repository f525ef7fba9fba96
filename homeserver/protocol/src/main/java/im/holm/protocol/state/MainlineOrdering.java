package im.holm.protocol.state;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The mainline ordering: events that rest on older power levels first, then by time, then by
/// id.
final class MainlineOrdering {
    /// The position of events that rest on no power levels of the mainline.
    private static final int NOWHERE = Integer.MAX_VALUE;

    private final AuthGraph graph;
    /// By power levels event: its position in the mainline, or that of the first of its
    /// predecessors there.
    private final Map<Integer, Integer> positions = new HashMap<>();

    /// @param powerLevels the head of the mainline, or [StateMap#ABSENT]
    MainlineOrdering(int powerLevels, AuthGraph graph) {
        this.graph = graph;
        int position = 0;
        for (int ev = powerLevels; ev != StateMap.ABSENT; ev = powerLevelsOf(ev)) {
            positions.put(ev, position++);
        }
    }

    private record Rank(int ev, int position, long originServerTs, EventId id) {
        static final Comparator<Rank> ORDER = Comparator.comparingInt(Rank::position)
                .reversed()
                .thenComparingLong(Rank::originServerTs)
                .thenComparing(Rank::id);
    }

    int[] sort(BitSet events) {
        return events.stream()
                .mapToObj(this::rank)
                .sorted(Rank.ORDER)
                .mapToInt(Rank::ev)
                .toArray();
    }

    private Rank rank(int ev) {
        Pdu event = graph.event(ev);
        return new Rank(ev, position(powerLevelsOf(ev)), event.originServerTs(), event.eventId());
    }

    private int position(int powerLevels) {
        List<Integer> walked = new ArrayList<>();
        int ev = powerLevels;
        while (ev != StateMap.ABSENT && !positions.containsKey(ev)) {
            walked.add(ev);
            ev = powerLevelsOf(ev);
        }
        int position = ev == StateMap.ABSENT ? NOWHERE : positions.get(ev);
        walked.forEach(passed -> positions.put(passed, position));
        return position;
    }

    /// The power levels event among an event's auth events, or [StateMap#ABSENT].
    private int powerLevelsOf(int ev) {
        for (int auth : graph.auth(ev)) {
            if (graph.event(auth).isState(EventTypes.POWER_LEVELS)) {
                return auth;
            }
        }
        return StateMap.ABSENT;
    }
}
