package im.holm.protocol.state;

import im.holm.protocol.event.StateKey;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Where states disagree. A key that only some of the states have is in conflict too.
///
/// @param states the states, two or more
/// @param keys the keys in conflict
/// @param unconflicted what all states share
record Conflict(List<StateMap> states, Set<StateKey> keys, StateMap unconflicted) {
    static Conflict between(List<StateMap> states) {
        StateMap first = states.getFirst();
        Set<StateKey> keys = new HashSet<>();
        for (StateMap other : states.subList(1, states.size())) {
            first.diff(other).forEach(change -> keys.add(change.key()));
        }
        StateMap shared = first;
        for (StateKey key : keys) {
            shared = shared.remove(key);
        }
        return new Conflict(states, keys, shared);
    }

    /// The events at keys in conflict, in any of the states.
    BitSet conflictedEvents() {
        BitSet events = new BitSet();
        for (StateMap state : states) {
            events.or(conflictedEvents(state));
        }
        return events;
    }

    /// The events at keys in conflict in one of the states.
    BitSet conflictedEvents(StateMap state) {
        BitSet events = new BitSet();
        for (StateKey key : keys) {
            int ev = state.find(key);
            if (ev != StateMap.ABSENT) {
                events.set(ev);
            }
        }
        return events;
    }

    /// The room's create event, or [StateMap#ABSENT] when no state has one.
    int create() {
        for (StateMap state : states) {
            int ev = state.find(StateKey.CREATE);
            if (ev != StateMap.ABSENT) {
                return ev;
            }
        }
        return StateMap.ABSENT;
    }
}
