package im.holm.protocol.state;

import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.auth.PowerLevels;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.StateAlgorithm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// State resolution written down as the specification words it, without a thought of speed:
/// what the real one is compared with.
final class SpecResolution {
    private final RoomVersion version;
    private final AuthGraph graph;
    private final int create;

    private SpecResolution(RoomVersion version, AuthGraph graph, int create) {
        this.version = version;
        this.graph = graph;
        this.create = create;
    }

    static Map<StateKey, Integer> resolve(
            RoomVersion version, List<Map<StateKey, Integer>> states, AuthGraph graph) {
        int create = states.getFirst().get(StateKey.CREATE);
        return new SpecResolution(version, graph, create).resolve(states);
    }

    private Map<StateKey, Integer> resolve(List<Map<StateKey, Integer>> states) {
        Map<StateKey, Integer> unconflicted = new HashMap<>();
        Set<Integer> conflicted = new HashSet<>();
        Set<StateKey> keys = new HashSet<>();
        states.forEach(state -> keys.addAll(state.keySet()));
        for (StateKey key : keys) {
            Set<Integer> values = new HashSet<>();
            boolean everywhere = true;
            for (Map<StateKey, Integer> state : states) {
                everywhere &= state.containsKey(key);
                Optional.ofNullable(state.get(key)).ifPresent(values::add);
            }
            if (everywhere && values.size() == 1) {
                unconflicted.put(key, values.iterator().next());
            } else {
                conflicted.addAll(values);
            }
        }
        Set<Integer> full = new HashSet<>(conflicted);
        full.addAll(authDifference(states));
        boolean second = version.stateAlgorithm() == StateAlgorithm.V2_1;
        if (second) {
            full.addAll(subgraph(conflicted));
        }
        Map<StateKey, Integer> partial = second ? new HashMap<>() : new HashMap<>(unconflicted);
        Set<Integer> power = new HashSet<>();
        for (int ev : full) {
            if (isPowerEvent(graph.event(ev))) {
                power.add(ev);
                Set<Integer> chain = chain(ev);
                chain.retainAll(full);
                power.addAll(chain);
            }
        }
        apply(partial, powerOrdering(power));
        List<Integer> rest = new ArrayList<>(full);
        rest.removeAll(power);
        rest.sort(mainlineOrder(partial.get(StateKey.POWER_LEVELS)));
        apply(partial, rest);
        partial.putAll(unconflicted);
        return partial;
    }

    private Set<Integer> chain(int ev) {
        Set<Integer> chain = new HashSet<>();
        for (int auth : graph.auth(ev)) {
            if (chain.add(auth)) {
                chain.addAll(chain(auth));
            }
        }
        return chain;
    }

    private Set<Integer> authDifference(List<Map<StateKey, Integer>> states) {
        Set<Integer> union = new HashSet<>();
        Set<Integer> intersection = null;
        for (Map<StateKey, Integer> state : states) {
            Set<Integer> chain = new HashSet<>();
            state.values().forEach(ev -> chain.addAll(chain(ev)));
            union.addAll(chain);
            if (intersection == null) {
                intersection = new HashSet<>(chain);
            } else {
                intersection.retainAll(chain);
            }
        }
        union.removeAll(intersection);
        return union;
    }

    /// An event is on a path between two conflicted events if one's chain has it and its own
    /// chain has one.
    private Set<Integer> subgraph(Set<Integer> conflicted) {
        Set<Integer> subgraph = new HashSet<>(conflicted);
        for (int from : conflicted) {
            for (int between : chain(from)) {
                Set<Integer> below = chain(between);
                below.retainAll(conflicted);
                if (!below.isEmpty()) {
                    subgraph.add(between);
                }
            }
        }
        return subgraph;
    }

    private static boolean isPowerEvent(Pdu event) {
        return switch (event.type()) {
            case EventTypes.POWER_LEVELS, EventTypes.JOIN_RULES -> true;
            case EventTypes.MEMBER ->
                !event.stateKey().orElseThrow().equals(event.sender().toString())
                        && (event.membership().orElse("").equals("leave")
                                || event.membership().orElse("").equals("ban"));
            default -> false;
        };
    }

    private long senderLevel(int ev) {
        PowerLevels levels = PowerLevels.in(version, key -> {
            for (int auth : graph.auth(ev)) {
                if (graph.event(auth).statePlace().equals(Optional.of(key))) {
                    return Optional.of(graph.event(auth));
                }
            }
            return key.equals(StateKey.CREATE) && version.roomIdIsCreateHash()
                    ? Optional.of(graph.event(create))
                    : Optional.empty();
        });
        return levels.ofUser(graph.event(ev).sender());
    }

    private Comparator<Integer> byTimeAndId() {
        return Comparator.<Integer>comparingLong(ev -> graph.event(ev).originServerTs())
                .thenComparing(ev -> graph.eventId(ev).text());
    }

    private List<Integer> powerOrdering(Set<Integer> events) {
        Comparator<Integer> order = Comparator.<Integer>comparingLong(this::senderLevel)
                .reversed()
                .thenComparing(byTimeAndId());
        Set<Integer> left = new HashSet<>(events);
        List<Integer> sorted = new ArrayList<>();
        while (!left.isEmpty()) {
            int next = left.stream()
                    .filter(ev -> {
                        Set<Integer> waitsFor = chain(ev);
                        waitsFor.retainAll(left);
                        return waitsFor.isEmpty();
                    })
                    .min(order)
                    .orElseThrow();
            sorted.add(next);
            left.remove(next);
        }
        return sorted;
    }

    private List<Integer> mainline(Integer powerLevels) {
        List<Integer> mainline = new ArrayList<>();
        for (Integer ev = powerLevels; ev != null; ev = powerLevelsOf(ev)) {
            mainline.add(ev);
        }
        return mainline;
    }

    private Integer powerLevelsOf(int ev) {
        for (int auth : graph.auth(ev)) {
            if (graph.event(auth).type().equals(EventTypes.POWER_LEVELS)) {
                return auth;
            }
        }
        return null;
    }

    private Comparator<Integer> mainlineOrder(Integer powerLevels) {
        List<Integer> mainline = mainline(powerLevels);
        return Comparator.<Integer>comparingInt(ev -> {
                    for (int below : mainline(powerLevelsOf(ev))) {
                        if (mainline.contains(below)) {
                            return mainline.indexOf(below);
                        }
                    }
                    return Integer.MAX_VALUE;
                })
                .reversed()
                .thenComparing(byTimeAndId());
    }

    private void apply(Map<StateKey, Integer> state, List<Integer> events) {
        for (int ev : events) {
            Pdu event = graph.event(ev);
            Map<StateKey, Pdu> seen = new HashMap<>();
            for (int auth : graph.auth(ev)) {
                if (!graph.rejected(auth)) {
                    seen.put(graph.event(auth).statePlace().orElseThrow(), graph.event(auth));
                }
            }
            for (StateKey key : AuthSelection.typesFor(event)) {
                if (state.containsKey(key)) {
                    seen.put(key, graph.event(state.get(key)));
                }
            }
            if (version.roomIdIsCreateHash()) {
                seen.put(StateKey.CREATE, graph.event(create));
            }
            if (AuthRules.check(event, key -> Optional.ofNullable(seen.get(key)))
                    .isAllowed()) {
                state.put(event.statePlace().orElseThrow(), ev);
            }
        }
    }
}
