package im.holm.protocol.state;

import java.util.BitSet;

/// Walks along `auth_events`.
final class AuthWalks {
    private AuthWalks() {}

    /// All events in the auth chains of the given ones. A given event is in it only if
    /// another's chain has it.
    static BitSet chain(BitSet events, AuthGraph graph) {
        BitSet seen = new BitSet();
        IntStack open = new IntStack();
        events.stream().forEach(ev -> step(ev, graph, seen, open));
        while (!open.isEmpty()) {
            step(open.pop(), graph, seen, open);
        }
        return seen;
    }

    private static void step(int ev, AuthGraph graph, BitSet seen, IntStack open) {
        for (int auth : graph.auth(ev)) {
            if (!seen.get(auth)) {
                seen.set(auth);
                open.push(auth);
            }
        }
    }

    /// The given events and all events on paths from one of them to another: the conflicted
    /// state subgraph.
    static BitSet between(BitSet events, AuthGraph graph) {
        BitSet reaching = (BitSet) events.clone();
        BitSet entered = new BitSet();
        BitSet left = new BitSet();
        IntStack path = new IntStack();
        events.stream().forEach(path::push);
        while (!path.isEmpty()) {
            int ev = path.peek();
            if (left.get(ev)) {
                path.pop();
            } else if (!entered.get(ev)) {
                entered.set(ev);
                for (int auth : graph.auth(ev)) {
                    if (!entered.get(auth)) {
                        path.push(auth);
                    }
                }
            } else {
                path.pop();
                left.set(ev);
                if (anyIn(graph.auth(ev), reaching)) {
                    reaching.set(ev);
                }
            }
        }
        return reaching;
    }

    static boolean anyIn(int[] events, BitSet set) {
        for (int ev : events) {
            if (set.get(ev)) {
                return true;
            }
        }
        return false;
    }
}
