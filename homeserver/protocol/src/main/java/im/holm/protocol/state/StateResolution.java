package im.holm.protocol.state;

import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// State resolution: what a room's state is after branches that disagree (room versions,
/// "State resolution").
public final class StateResolution {
    private StateResolution() {}

    /// Resolves the states after an event's predecessors. The answer depends on the set of
    /// states only, not on their order.
    ///
    /// Throws [IllegalArgumentException] when there is no state to resolve.
    public static StateMap resolve(RoomVersion version, List<StateMap> states, AuthGraph graph) {
        List<StateMap> distinct = distinct(states);
        if (distinct.isEmpty()) {
            throw new IllegalArgumentException("no state to resolve");
        }
        if (distinct.size() == 1) {
            return distinct.getFirst();
        }
        Conflict conflict = Conflict.between(distinct);
        return switch (version.stateAlgorithm()) {
            case V1 -> FirstAlgorithm.resolve(conflict, graph);
            case V2 -> {
                BitSet full = conflict.conflictedEvents();
                full.or(AuthDifference.of(conflict, graph));
                yield resolve(version, conflict, full, conflict.unconflicted(), graph);
            }
            case V2_1 -> {
                BitSet full = AuthWalks.between(conflict.conflictedEvents(), graph);
                full.or(AuthDifference.of(conflict, graph));
                yield resolve(version, conflict, full, StateMap.EMPTY, graph);
            }
        };
    }

    private static List<StateMap> distinct(List<StateMap> states) {
        List<StateMap> distinct = new ArrayList<>();
        for (StateMap state : states) {
            if (!distinct.contains(state)) {
                distinct.add(state);
            }
        }
        return distinct;
    }

    /// Steps 1 to 5 of the algorithm.
    private static StateMap resolve(
            RoomVersion version, Conflict conflict, BitSet full, StateMap start, AuthGraph graph) {
        PartialState partial = new PartialState(start, conflict.create(), graph);
        PowerOrdering power = new PowerOrdering(version, full, conflict.create(), graph);
        BitSet first = power.powerEventsAndTheirChains();
        partial.applyAll(power.sort(first));
        BitSet rest = (BitSet) full.clone();
        rest.andNot(first);
        partial.applyAll(new MainlineOrdering(partial.powerLevels(), graph).sort(rest));
        return partial.over(conflict.unconflicted());
    }
}
