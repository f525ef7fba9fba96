package im.holm.protocol.state;

import java.util.BitSet;

/// The events that are in the full auth chain of some of the states, but not of all.
final class AuthDifference {
    private AuthDifference() {}

    /// The chain of what the states share is in all of them. So only the chains of what is in
    /// conflict are walked in full; the shared state is walked only until it has accounted for
    /// everything that those chains do not share, which is soon unless there really is a
    /// difference.
    static BitSet of(Conflict conflict, AuthGraph graph) {
        BitSet some = new BitSet();
        BitSet all = null;
        for (StateMap state : conflict.states()) {
            BitSet chain = AuthWalks.chain(conflict.conflictedEvents(state), graph);
            some.or(chain);
            if (all == null) {
                all = chain;
            } else {
                all.and(chain);
            }
        }
        some.andNot(all);
        removeChainOf(conflict.unconflicted(), some, graph);
        return some;
    }

    private static void removeChainOf(StateMap shared, BitSet candidates, AuthGraph graph) {
        BitSet seen = new BitSet();
        IntStack open = new IntStack();
        int[] roots = shared.events();
        int next = 0;
        while (!candidates.isEmpty() && (next < roots.length || !open.isEmpty())) {
            int ev = open.isEmpty() ? roots[next++] : open.pop();
            for (int auth : graph.auth(ev)) {
                if (!seen.get(auth)) {
                    seen.set(auth);
                    candidates.clear(auth);
                    open.push(auth);
                }
            }
        }
    }
}
