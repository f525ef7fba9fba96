package im.holm.protocol.state;

import im.holm.protocol.auth.PowerLevels;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// The reverse topological power ordering: auth events first; among those that wait for
/// nothing, the sender with the highest level first, then the earliest, then the smallest id.
///
/// NOTSPEC: paths are followed inside the full conflicted set only. The specification's wording
/// takes whole auth chains, which differs where a path leaves the set and comes back; that cannot
/// happen in version 12, and in older versions the servers that rooms live on follow it this way,
/// so that another way would split rooms.
final class PowerOrdering {
    private final RoomVersion version;
    private final BitSet full;
    private final int create;
    private final AuthGraph graph;

    PowerOrdering(RoomVersion version, BitSet full, int create, AuthGraph graph) {
        this.version = version;
        this.full = full;
        this.create = create;
        this.graph = graph;
    }

    private record Rank(int ev, long level, long originServerTs, EventId id) {
        static final Comparator<Rank> ORDER = Comparator.comparingLong(Rank::level)
                .reversed()
                .thenComparingLong(Rank::originServerTs)
                .thenComparing(Rank::id);
    }

    /// The power events of the full conflicted set and those of its events that their auth
    /// chains hold.
    BitSet powerEventsAndTheirChains() {
        BitSet found = new BitSet();
        IntStack open = new IntStack();
        full.stream().filter(ev -> isPowerEvent(graph.event(ev))).forEach(ev -> {
            found.set(ev);
            open.push(ev);
        });
        while (!open.isEmpty()) {
            for (int auth : graph.auth(open.pop())) {
                if (full.get(auth) && !found.get(auth)) {
                    found.set(auth);
                    open.push(auth);
                }
            }
        }
        return found;
    }

    /// Whether the event may take away somebody's power to do something.
    private boolean isPowerEvent(Pdu event) {
        if (!event.isState()) {
            return false;
        }
        if (version.powerEventTypes().contains(event.type())) {
            return true;
        }
        if (!event.type().equals(EventTypes.MEMBER)) {
            return false;
        }
        String membership = event.content().string("membership").orElse("");
        boolean removes = membership.equals("leave") || membership.equals("ban");
        return removes && !event.stateKey().orElse("").equals(event.sender().toString());
    }

    int[] sort(BitSet events) {
        Map<Integer, List<Integer>> dependents = new HashMap<>();
        Map<Integer, Integer> waitsFor = new HashMap<>();
        PriorityQueue<Rank> ready = new PriorityQueue<>(Rank.ORDER);
        events.stream().forEach(ev -> {
            int count = 0;
            for (int auth : graph.auth(ev)) {
                if (events.get(auth)) {
                    dependents.computeIfAbsent(auth, a -> new ArrayList<>()).add(ev);
                    count++;
                }
            }
            waitsFor.put(ev, count);
            if (count == 0) {
                ready.add(rank(ev));
            }
        });
        int[] sorted = new int[events.cardinality()];
        int next = 0;
        while (!ready.isEmpty()) {
            int ev = ready.remove().ev();
            sorted[next++] = ev;
            for (int dependent : dependents.getOrDefault(ev, List.of())) {
                if (waitsFor.merge(dependent, -1, Integer::sum) == 0) {
                    ready.add(rank(dependent));
                }
            }
        }
        return sorted;
    }

    private Rank rank(int ev) {
        Pdu event = graph.event(ev);
        PowerLevels levels = PowerLevels.in(version, new AuthEventState(ev, create, false, graph));
        return new Rank(ev, levels.ofUser(event.sender()), event.originServerTs(), event.eventId());
    }
}
