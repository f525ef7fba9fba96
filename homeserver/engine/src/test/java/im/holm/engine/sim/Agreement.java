package im.holm.engine.sim;

import im.holm.engine.RoomView;
import im.holm.engine.SortKey;
import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomStatus;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Heals the world and sees whether the honest servers agree.
final class Agreement {

    private static final int ROUNDS_MAX = 14;
    private static final int FILL_EVENTS = 100;
    private static final int FILLS_MAX = 50;
    /// So many times in a row a gap gets nothing before it is left: each asks a few servers of
    /// at most eight others, in turns.
    private static final int FRUITLESS_MAX = 4;

    private final World world;

    Agreement(World world) {
        this.world = world;
    }

    void reach() {
        world.network.heal();
        world.faults.heal();
        world.schedule.runAll();
        boolean one = false;
        for (int round = 0; round < ROUNDS_MAX && !one; round++) {
            for (SimServer server : world.honest()) {
                if (!isIn(server) && members().contains(server)) {
                    world.clients.enter(server); // the answer to its join was lost
                }
                server.serve(() -> server.engine.inbound().retryWaiting());
                if (world.clients.speak(server)) {
                    world.schedule.runAll();
                }
                fill(server);
            }
            one = ends().size() == 1 && ends().iterator().next().size() == 1;
        }
        Violation.unless(one, "the room has several ends when all is healed: " + ends());
        compare();
        survived();
        world.honest().forEach(this::intact);
    }

    /// Honest servers whom the home has in the room; they must know it.
    private List<SimServer> members() {
        return world.honest().stream()
                .filter(server -> server == world.home()
                        || world.home().engine.archive().admits(server.name, world.room()))
                .toList();
    }

    private boolean isIn(SimServer server) {
        return server.view(world.room())
                .filter(view -> view.status() == RoomStatus.JOINED)
                .isPresent();
    }

    private Set<Set<EventId>> ends() {
        Set<Set<EventId>> ends = new HashSet<>();
        for (SimServer server : members()) {
            Set<EventId> ids = new HashSet<>();
            server.view(world.room())
                    .filter(view -> view.status() == RoomStatus.JOINED)
                    .ifPresent(view -> view.events(view.head().extremities())
                            .forEach(end -> ids.add(end.row().eventId())));
            ends.add(ids);
        }
        return ends;
    }

    private void fill(SimServer server) {
        Optional<RoomView> view =
                server.view(world.room()).filter(room -> room.status() == RoomStatus.JOINED);
        int fruitless = 0;
        for (int i = 0; view.isPresent() && i < FILLS_MAX && fruitless < FRUITLESS_MAX; i++) {
            long nid = view.get().identity().roomNid();
            boolean filled = false;
            for (var gap : server.disk.store.gaps(nid)) {
                filled |= server.view(world.room()).get().fill(gap.tlAbove(), FILL_EVENTS);
            }
            fruitless = filled ? 0 : fruitless + 1;
        }
    }

    private record Account(
            Map<StateKey, EventId> state, Set<EventId> rejected, List<EventId> list) {}

    private void compare() {
        Account home = account(world.home());
        for (SimServer server : members()) {
            Violation.unless(
                    server.view(world.room()).orElseThrow().status() == RoomStatus.JOINED,
                    server.name + " does not know that it is in the room");
            Account account = account(server);
            same(server, "state", home.state(), account.state());
            same(server, "rejected events", home.rejected(), account.rejected());
            same(server, "list by sort key", home.list(), account.list());
        }
        world.trace.count("servers that agree: " + Math.min(9, members().size()));
    }

    private void same(SimServer server, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new Violation(server.name + " has another " + what + " than " + world.home().name
                    + ": " + difference(expected, actual));
        }
    }

    private static String difference(Object expected, Object actual) {
        if (expected instanceof Map<?, ?> one && actual instanceof Map<?, ?> other) {
            return difference(one.entrySet(), other.entrySet());
        }
        if (expected instanceof java.util.Collection<?> one
                && actual instanceof java.util.Collection<?> other) {
            Set<Object> less = new HashSet<>(one);
            less.removeAll(other);
            Set<Object> more = new HashSet<>(other);
            more.removeAll(one);
            return "lacks " + less + ", has " + more;
        }
        return expected + " / " + actual;
    }

    /// What the end of the room and all that it follows is to a server.
    private Account account(SimServer server) {
        RoomView view = server.view(world.room()).orElseThrow();
        long nid = view.identity().roomNid();
        Map<Integer, EventRow> rows = new TreeMap<>();
        rows(server, nid).forEach(row -> rows.put(row.ev(), row));
        Set<Integer> seen = new HashSet<>();
        List<Integer> open = new ArrayList<>();
        IntStream.of(view.head().extremities()).forEach(open::add);
        Map<String, EventId> accepted = new TreeMap<>();
        Set<EventId> rejected = new HashSet<>();
        while (!open.isEmpty()) {
            EventRow row = rows.get(open.removeLast());
            if (!seen.add(row.ev())) {
                continue;
            }
            Map<Integer, Long> depths = new HashMap<>();
            for (int prev : row.prev()) {
                open.add(prev);
                depths.put(prev, rows.get(prev).depth());
            }
            if (row.has(EventFlags.REJECTED)) {
                rejected.add(row.eventId());
            } else {
                accepted.put(SortKey.of(row, depths), row.eventId());
            }
        }
        Map<StateKey, EventId> state = new HashMap<>();
        view.state().forEach((key, ev) -> state.put(key, rows.get(ev).eventId()));
        return new Account(state, rejected, List.copyOf(accepted.values()));
    }

    private static List<EventRow> rows(SimServer server, long nid) {
        return server.disk
                .store
                .room(nid)
                .map(room -> server.disk.store.events(
                        nid, IntStream.range(1, room.head().nextEv()).toArray()))
                .orElse(List.of());
    }

    /// What was acknowledged is there, and each transaction once.
    private void survived() {
        for (var sent : world.clients.acknowledged()) {
            Violation.unless(
                    sent.server().disk.store.locate(sent.event()).isPresent(),
                    sent.server().name + " acknowledged " + sent.event() + " and lost it");
        }
        for (SimServer server : world.servers) {
            Set<String> transactions = new HashSet<>();
            server.disk
                    .store
                    .room(world.room())
                    .ifPresent(room -> rows(server, room.identity().roomNid())
                            .forEach(row -> row.txn()
                                    .ifPresent(txn -> Violation.unless(
                                            transactions.add(txn.txnId()),
                                            "two events of transaction " + txn.txnId()))));
        }
    }

    /// Everything that a server accepted is allowed, and another life of it sees the same room.
    private void intact(SimServer server) {
        Optional<RoomView> view = server.view(world.room());
        if (view.isEmpty()) {
            return;
        }
        long nid = view.get().identity().roomNid();
        boolean member = members().contains(server);
        if (member) {
            rows(server, nid).forEach(row -> world.check(server, row));
        }
        var before = view.get().state();
        server.start();
        Violation.unless(
                server.view(world.room()).orElseThrow().state().equals(before),
                server.name + " has another state after a restart");
    }
}
