package im.holm.protocol.state;

import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The state resolution of room version 1, written down as its page words it.
final class SpecFirstResolution {
    private final AuthGraph graph;
    private final Map<StateKey, List<Integer>> conflicting = new HashMap<>();
    private final Map<StateKey, Integer> result = new HashMap<>();

    private SpecFirstResolution(AuthGraph graph) {
        this.graph = graph;
    }

    static Map<StateKey, Integer> resolve(List<Map<StateKey, Integer>> states, AuthGraph graph) {
        SpecFirstResolution resolution = new SpecFirstResolution(graph);
        resolution.collect(states);
        resolution.pass(EventTypes.POWER_LEVELS);
        resolution.pass(EventTypes.JOIN_RULES);
        resolution.pass(EventTypes.MEMBER);
        resolution.others();
        return resolution.result;
    }

    /// "Start by setting R to the union of the states to be resolved, excluding any conflicting
    /// events."
    private void collect(List<Map<StateKey, Integer>> states) {
        Map<StateKey, Set<Integer>> union = new HashMap<>();
        for (Map<StateKey, Integer> state : states) {
            state.forEach((key, ev) ->
                    union.computeIfAbsent(key, k -> new HashSet<>()).add(ev));
        }
        union.forEach((key, events) -> {
            if (events.size() == 1) {
                result.put(key, events.iterator().next());
            } else {
                conflicting.put(key, new ArrayList<>(events));
            }
        });
    }

    private void pass(String type) {
        Map<StateKey, Integer> resolved = new HashMap<>();
        conflicting.forEach((key, events) -> {
            if (key.type().equals(type)) {
                events.sort(order());
                Map<StateKey, Integer> sofar = new HashMap<>(result);
                sofar.put(key, events.getFirst());
                for (int i = 1; i < events.size() && allowed(sofar, events.get(i)); i++) {
                    sofar.put(key, events.get(i));
                }
                resolved.put(key, sofar.get(key));
            }
        });
        conflicting.keySet().removeAll(resolved.keySet());
        result.putAll(resolved);
    }

    private void others() {
        Map<StateKey, Integer> resolved = new HashMap<>();
        conflicting.forEach((key, events) -> events.stream()
                .filter(ev -> allowed(result, ev))
                .max(order())
                .ifPresent(ev -> resolved.put(key, ev)));
        result.putAll(resolved);
    }

    private boolean allowed(Map<StateKey, Integer> state, int ev) {
        return AuthRules.check(
                        graph.event(ev),
                        key -> Optional.ofNullable(state.get(key)).map(graph::event))
                .isAllowed();
    }

    /// "Ascending depth then descending sha1(event_id)."
    private Comparator<Integer> order() {
        Comparator<Integer> bySha1 = Comparator.comparing(this::sha1);
        return Comparator.<Integer>comparingLong(ev -> graph.event(ev).depth())
                .thenComparing(bySha1.reversed());
    }

    private String sha1(int ev) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1")
                            .digest(graph.event(ev)
                                    .eventId()
                                    .text()
                                    .getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
