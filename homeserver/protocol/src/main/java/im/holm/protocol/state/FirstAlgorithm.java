package im.holm.protocol.state;

import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The state resolution of room version 1: by depth. Known to reset state; later versions
/// replaced it.
final class FirstAlgorithm {
    private final AuthGraph graph;
    private final Map<StateKey, List<Integer>> candidates = new TreeMap<>();
    private StateMap resolved;

    private FirstAlgorithm(Conflict conflict, AuthGraph graph) {
        this.graph = graph;
        resolved = conflict.unconflicted();
        for (StateKey key : conflict.keys()) {
            List<Integer> events = conflict.states().stream()
                    .map(state -> state.find(key))
                    .filter(ev -> ev != StateMap.ABSENT)
                    .distinct()
                    .sorted(byDepthThenHash())
                    .toList();
            if (events.size() == 1) {
                resolved = resolved.put(key, events.getFirst());
            } else {
                candidates.put(key, events);
            }
        }
    }

    static StateMap resolve(Conflict conflict, AuthGraph graph) {
        FirstAlgorithm algorithm = new FirstAlgorithm(conflict, graph);
        for (String type :
                List.of(EventTypes.POWER_LEVELS, EventTypes.JOIN_RULES, EventTypes.MEMBER)) {
            algorithm.climb(type);
        }
        algorithm.pickTheRest();
        return algorithm.resolved;
    }

    /// From the lowest event up, as long as each is allowed after the one before it.
    ///
    /// The page does not say in which order the keys of one type come. So each is resolved in
    /// the state that the pass began with: the result must not depend on how users are called.
    private void climb(String type) {
        StateMap basis = resolved;
        for (StateKey key : new ArrayList<>(candidates.keySet())) {
            if (key.type().equals(type)) {
                resolved = resolved.put(key, highest(basis, key, candidates.remove(key)));
            }
        }
    }

    private int highest(StateMap basis, StateKey key, List<Integer> events) {
        int top = events.getFirst();
        for (int ev : events.subList(1, events.size())) {
            if (!isAllowedIn(basis.put(key, top), ev)) {
                break;
            }
            top = ev;
        }
        return top;
    }

    /// The highest event that is allowed; nothing depends on these, so their order does not
    /// matter.
    private void pickTheRest() {
        StateMap basis = resolved;
        candidates.forEach((key, events) -> events.reversed().stream()
                .filter(ev -> isAllowedIn(basis, ev))
                .findFirst()
                .ifPresent(ev -> resolved = resolved.put(key, ev)));
    }

    private boolean isAllowedIn(StateMap state, int ev) {
        return AuthRules.check(graph.event(ev), key -> {
                    int found = state.find(key);
                    return found == StateMap.ABSENT
                            ? Optional.<Pdu>empty()
                            : Optional.of(graph.event(found));
                })
                .isAllowed();
    }

    private Comparator<Integer> byDepthThenHash() {
        return Comparator.<Integer>comparingLong(ev -> graph.event(ev).depth())
                .thenComparing(this::sha1, (a, b) -> Arrays.compareUnsigned(b, a));
    }

    private byte[] sha1(int ev) {
        try {
            return MessageDigest.getInstance("SHA-1")
                    .digest(graph.eventId(ev).text().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("this Java platform has no SHA-1", e);
        }
    }
}
