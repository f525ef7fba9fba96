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
/// Auth chains are followed whole, as the specification's words have it: a path that leaves the
/// full conflicted set and comes back counts. (In version 12 none does: what lies between two
/// conflicted events is in the set.)
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
        BitSet power = new BitSet();
        full.stream().filter(ev -> isPowerEvent(graph.event(ev))).forEach(power::set);
        BitSet found = AuthWalks.chain(power, graph);
        found.and(full);
        found.or(power);
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

    /// Kahn's algorithm over the events and whatever lies on paths between them. What only lies
    /// between is no candidate: it is passed as soon as it waits for nothing.
    int[] sort(BitSet events) {
        BitSet paths = AuthWalks.between(events, graph);
        Map<Integer, List<Integer>> dependents = new HashMap<>();
        Map<Integer, Integer> waitsFor = new HashMap<>();
        PriorityQueue<Rank> ready = new PriorityQueue<>(Rank.ORDER);
        paths.stream().forEach(ev -> {
            int count = 0;
            for (int auth : graph.auth(ev)) {
                if (paths.get(auth)) {
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
        IntStack passed = new IntStack();
        while (!ready.isEmpty()) {
            int first = ready.remove().ev();
            sorted[next++] = first;
            passed.push(first);
            while (!passed.isEmpty()) {
                for (int dependent : dependents.getOrDefault(passed.pop(), List.of())) {
                    if (waitsFor.merge(dependent, -1, Integer::sum) > 0) {
                        continue;
                    }
                    if (events.get(dependent)) {
                        ready.add(rank(dependent));
                    } else {
                        passed.push(dependent);
                    }
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
