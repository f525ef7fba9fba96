package im.holm.protocol.state;

import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

import java.util.List;
import java.util.Optional;

/// The state that grows while the iterative auth checks run over ordered events.
final class PartialState {
    private final StateMap start;
    private final int create;
    private final AuthGraph graph;
    private StateMap applied = StateMap.EMPTY;

    PartialState(StateMap start, int create, AuthGraph graph) {
        this.start = start;
        this.create = create;
        this.graph = graph;
    }

    /// Applies each event that the auth rules allow in the state so far; the others are passed
    /// over. Where the state has nothing, the event's own auth events stand in, unless they
    /// were rejected.
    void applyAll(int[] ordered) {
        for (int ev : ordered) {
            Pdu event = graph.event(ev);
            Optional<StateKey> place = event.statePlace();
            if (place.isPresent() && AuthRules.check(event, stateFor(ev, event)).isAllowed()) {
                applied = applied.put(place.get(), ev);
            }
        }
    }

    private AuthState stateFor(int ev, Pdu event) {
        List<StateKey> selected = AuthSelection.typesFor(event);
        AuthEventState own = new AuthEventState(ev, create, true, graph);
        return key -> {
            int found = selected.contains(key) ? find(key) : StateMap.ABSENT;
            return found == StateMap.ABSENT ? own.get(key) : Optional.of(graph.event(found));
        };
    }

    private int find(StateKey key) {
        int found = applied.find(key);
        return found == StateMap.ABSENT ? start.find(key) : found;
    }

    /// The power levels event in force, or [StateMap#ABSENT].
    int powerLevels() {
        return find(StateKey.POWER_LEVELS);
    }

    /// What was applied, with everything that was never in conflict laid over it.
    StateMap over(StateMap unconflicted) {
        StateMap[] result = {unconflicted};
        applied.forEach((key, ev) -> {
            if (!unconflicted.has(key)) {
                result[0] = result[0].put(key, ev);
            }
        });
        return result[0];
    }
}
