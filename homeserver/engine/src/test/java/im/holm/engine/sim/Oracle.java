package im.holm.engine.sim;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.state.AuthGraph;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.state.StateResolution;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Knows every event that anybody ever made, and works out from that alone what the rules say of
/// each: the state before it from all of its ancestors, without snapshots, stores, gaps or the
/// order in which anybody learned of it. What the servers decided is compared with it.
final class Oracle implements AuthGraph {

    enum Verdict {
        ALLOWED,
        FORBIDDEN,
        /// An ancestor or an auth event does not exist.
        UNKNOWABLE
    }

    private final Trace trace;
    private final Map<EventId, Integer> numbers = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();

    Oracle(Trace trace) {
        this.trace = trace;
        nodes.add(null);
    }

    private static final class Node {
        private final Pdu pdu;
        private int[] prev = {};
        private int[] auth = {};
        private Verdict verdict;
        private String reason = "";
        private StateMap after = StateMap.EMPTY;
        private int children;

        Node(Pdu pdu) {
            this.pdu = pdu;
        }
    }

    void learn(Pdu pdu) {
        if (numbers.putIfAbsent(pdu.eventId(), nodes.size()) == null) {
            nodes.add(new Node(pdu));
        }
    }

    Verdict verdict(EventId id) {
        Integer ev = numbers.get(id);
        return ev == null ? Verdict.UNKNOWABLE : settled(ev).verdict;
    }

    String reason(EventId id) {
        return nodes.get(numbers.get(id)).reason;
    }

    private Node settled(int ev) {
        Node node = nodes.get(ev);
        if (node.verdict == null) {
            Optional<int[]> prev = numbers(node.pdu.prevEvents());
            Optional<int[]> auth = numbers(node.pdu.authEvents());
            if (prev.isEmpty() || auth.isEmpty()) {
                return unknowable(node);
            }
            node.prev = prev.get();
            node.auth = auth.get();
            boolean known = true;
            for (int parent : node.prev) {
                known &= settled(parent).verdict != Verdict.UNKNOWABLE;
            }
            for (int parent : node.auth) {
                known &= settled(parent).verdict != Verdict.UNKNOWABLE;
            }
            if (!known) {
                return unknowable(node);
            }
            settle(ev, node);
        }
        return node;
    }

    /// Not for ever: the missing one may be made yet.
    private static Node unknowable(Node node) {
        Node answer = new Node(node.pdu);
        answer.verdict = Verdict.UNKNOWABLE;
        return answer;
    }

    private Optional<int[]> numbers(List<EventId> ids) {
        int[] found = new int[ids.size()];
        for (int i = 0; i < found.length; i++) {
            Integer ev = numbers.get(ids.get(i));
            if (ev == null) {
                return Optional.empty();
            }
            found[i] = ev;
        }
        return Optional.of(found);
    }

    private void settle(int ev, Node node) {
        StateMap before = before(node);
        AuthVerdict verdict = check(node, before);
        node.verdict = verdict.isAllowed() ? Verdict.ALLOWED : Verdict.FORBIDDEN;
        node.reason = verdict.toString();
        node.after = verdict.isAllowed() && node.pdu.isState()
                ? before.put(node.pdu.statePlace().orElseThrow(), ev)
                : before;
        if (verdict.isAllowed()) {
            Optional<String> wrong = PlainRules.wrong(node.pdu, state(before));
            Violation.unless(
                    wrong.isEmpty(),
                    "the auth rules allow " + node.pdu.json() + " although " + wrong.orElse(""));
        }
        for (int parent : node.prev) {
            if (++nodes.get(parent).children == 2) {
                trace.count(Happening.FORK);
            }
        }
    }

    private StateMap before(Node node) {
        List<StateMap> states = new ArrayList<>();
        for (int parent : node.prev) {
            StateMap state = nodes.get(parent).after;
            if (!states.contains(state)) {
                states.add(state);
            }
        }
        if (states.size() < 2) {
            return states.isEmpty() ? StateMap.EMPTY : states.getFirst();
        }
        if (states.size() >= 3) {
            trace.count(Happening.THREE_WAY_MERGE);
        }
        StateMap resolved = StateResolution.resolve(node.pdu.version(), states, this);
        if (goesBack(states, resolved)) {
            trace.count(Happening.RESET_CANDIDATE);
        }
        return resolved;
    }

    /// Whether the resolved state has at some place nothing, or what one of the branches had
    /// replaced.
    private boolean goesBack(List<StateMap> states, StateMap resolved) {
        for (StateMap state : states) {
            for (StateMap.Change change : resolved.diff(state)) {
                boolean replaced = change.after() != StateMap.ABSENT
                        && (change.before() == StateMap.ABSENT
                                || isAncestor(change.before(), change.after()));
                if (replaced) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isAncestor(int older, int newer) {
        BitSet seen = new BitSet();
        List<Integer> open = new ArrayList<>(List.of(newer));
        while (!open.isEmpty()) {
            for (int parent : nodes.get(open.removeLast()).prev) {
                if (parent == older) {
                    return true;
                }
                if (!seen.get(parent)) {
                    seen.set(parent);
                    open.add(parent);
                }
            }
        }
        return false;
    }

    private AuthVerdict check(Node node, StateMap before) {
        List<AuthEventList.Entry> entries = new ArrayList<>();
        Map<StateKey, Pdu> named = new HashMap<>();
        for (int ev : node.auth) {
            Node auth = nodes.get(ev);
            entries.add(new AuthEventList.Entry(auth.pdu, auth.verdict == Verdict.FORBIDDEN));
            auth.pdu.statePlace().ifPresent(place -> named.putIfAbsent(place, auth.pdu));
        }
        if (node.pdu.version().roomIdIsCreateHash()) {
            node.pdu
                    .roomId()
                    .createEvent()
                    .map(numbers::get)
                    .map(nodes::get)
                    .ifPresent(create -> named.put(StateKey.CREATE, create.pdu));
        }
        AuthVerdict verdict = AuthEventList.check(node.pdu, entries);
        if (verdict.isAllowed()) {
            verdict = AuthRules.check(node.pdu, key -> Optional.ofNullable(named.get(key)));
        }
        boolean second = node.pdu.type().equals(EventTypes.CREATE) && before.has(StateKey.CREATE);
        if (second) {
            throw new Violation("a create event with previous events passed for one");
        }
        return verdict.isAllowed() ? AuthRules.check(node.pdu, state(before)) : verdict;
    }

    private AuthState state(StateMap state) {
        return key -> {
            int ev = state.find(key);
            return ev == StateMap.ABSENT ? Optional.empty() : Optional.of(nodes.get(ev).pdu);
        };
    }

    /// All that was ever made, in no order.
    Set<EventId> known() {
        return new HashSet<>(numbers.keySet());
    }

    @Override
    public Pdu event(int ev) {
        return nodes.get(ev).pdu;
    }

    @Override
    public int[] auth(int ev) {
        return nodes.get(ev).auth;
    }

    @Override
    public boolean rejected(int ev) {
        return nodes.get(ev).verdict == Verdict.FORBIDDEN;
    }
}
