package im.holm.engine;

import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.engine.core.KnownEvent;
import im.holm.engine.core.RoomEffect.NeedAuth;
import im.holm.engine.core.RoomEffect.NeedEvents;
import im.holm.engine.core.RoomEffect.Verdict;
import im.holm.engine.core.RoomInput;
import im.holm.engine.port.RemoteRooms;
import im.holm.engine.port.RemoteRooms.Fetch;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.version.RoomVersion;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes events into a room and fetches what they lack: auth events, ancestors, and if these cannot
/// be had within the limits, the state at the oldest event that can.
final class Catching {

    /// Events of one answer, at most; the specification lets servers answer with fewer.
    static final int MISSING_LIMIT = 100;
    /// Events that are walked back for one event, at most.
    static final int WALK_EVENTS_MAX = 10_000;
    /// Time that is spent for one event, at most (each request has its own limit too).
    static final Duration WALK_TIME_MAX = Duration.ofSeconds(60);
    /// Auth events that are fetched one by one, at most.
    static final int AUTH_SINGLE_MAX = 20;
    /// Servers that are asked for the same thing, at most.
    static final int SERVERS_MAX = 3;
    /// Events at the lower edge of a walk for which a state is fetched, at most.
    static final int EDGES_MAX = 10;

    private final Rooms rooms;
    private final RemoteRooms remote;

    Catching(Rooms rooms, RemoteRooms remote) {
        this.rooms = rooms;
        this.remote = remote;
    }

    sealed interface Taken {
        record Settled(ReceiveOutcome outcome) implements Taken {}

        /// Ancestors or auth events are missing.
        record Lacking(Set<EventId> prev, Set<EventId> auth) implements Taken {}

        record Unavailable(Problem problem) implements Taken {}
    }

    /// Takes an event if all that it refers to is known.
    Taken take(RoomCell cell, VerifiedPdu event) {
        return take(cell, new RoomInput.Pdu(event), event.eventId());
    }

    /// Takes an event without waiting until it is durable.
    Taking begin(RoomCell cell, VerifiedPdu event) {
        RoomInput input = new RoomInput.Pdu(event);
        return new Taking(Deciding.begin(cell, state -> input), event.eventId());
    }

    /// An event that is being taken.
    record Taking(Deciding.Begun begun, EventId id) {}

    Taken finish(Taking taking) {
        return taken(taking.begun().cell(), taking.begun().finish(), taking.id());
    }

    private Taken take(RoomCell cell, RoomInput input, EventId id) {
        return taken(cell, Deciding.decide(cell, input), id);
    }

    private Taken taken(RoomCell cell, Deciding.Decided decided, EventId id) {
        return switch (decided) {
            case Deciding.Decided.Duplicate duplicate ->
                new Taken.Settled(new ReceiveOutcome.Known(id));
            case Deciding.Decided.Failed(Problem problem) ->
                problem.retryAfterMs().isPresent()
                        ? new Taken.Unavailable(problem)
                        : new Taken.Settled(new ReceiveOutcome.Dropped(problem.message()));
            case Deciding.Decided.Done done -> {
                rooms.keep(cell);
                yield taken(done, id);
            }
        };
    }

    private static Taken taken(Deciding.Decided.Done done, EventId id) {
        for (var effect : done.effects()) {
            if (effect instanceof NeedEvents(var ids, var child)) {
                return new Taken.Lacking(ids, Set.of());
            }
            if (effect instanceof NeedAuth(var ids, var child)) {
                return new Taken.Lacking(Set.of(), ids);
            }
        }
        return new Taken.Settled(done.verdicts().stream()
                .findFirst()
                .map(Catching::outcome)
                .orElse(new ReceiveOutcome.Dropped("nothing came of it")));
    }

    private static ReceiveOutcome outcome(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted accepted -> new ReceiveOutcome.Accepted(accepted.eventId());
            case Verdict.Known known -> new ReceiveOutcome.Known(known.eventId());
            case Verdict.SoftFailed(EventId id, String reason) ->
                new ReceiveOutcome.SoftFailed(id, reason);
            case Verdict.Rejected(EventId id, String reason) ->
                new ReceiveOutcome.Rejected(id, reason);
        };
    }

    /// Takes an event, fetching what it lacks. The caller holds the room's lock for remote
    /// work.
    Taken catchUp(ServerName origin, RoomCell cell, VerifiedPdu event) {
        Instant until = rooms.now().plus(WALK_TIME_MAX);
        Taken taken = takeWithAuth(origin, cell, event);
        if (!(taken instanceof Taken.Lacking(Set<EventId> prev, Set<EventId> auth))
                || prev.isEmpty()) {
            return taken;
        }
        List<ServerName> servers = servers(origin, cell);
        Walk walk = walkBack(servers, cell, event, until);
        for (VerifiedPdu edge : walk.edges(cell)) {
            if (!rooms.now().isBefore(until)) {
                break;
            }
            Optional<Taken> entered = enter(servers, cell, edge);
            if (edge.eventId().equals(event.eventId())) {
                return entered.orElse(taken);
            }
        }
        for (VerifiedPdu older : walk.parentsFirst()) {
            if (!rooms.now().isBefore(until)) {
                break; // each may ask for its auth events: what was taken stays, a retry goes on
            }
            takeWithAuth(origin, cell, older);
        }
        return takeWithAuth(origin, cell, event);
    }

    private Taken takeWithAuth(ServerName origin, RoomCell cell, VerifiedPdu event) {
        Taken taken = take(cell, event);
        if (!(taken instanceof Taken.Lacking(Set<EventId> prev, Set<EventId> auth))
                || auth.isEmpty()) {
            return taken;
        }
        fetchAuth(origin, cell, event, auth);
        return take(cell, event);
    }

    private void fetchAuth(
            ServerName origin, RoomCell cell, VerifiedPdu event, Set<EventId> lacking) {
        RoomId room = cell.identity().roomId();
        RoomVersion version = cell.identity().version();
        List<VerifiedPdu> chain = new ArrayList<>();
        if (remote.eventAuth(origin, room, version, event.eventId())
                instanceof Fetch.Got<List<VerifiedPdu>>(List<VerifiedPdu> got)) {
            chain.addAll(got);
        }
        Set<EventId> still = new LinkedHashSet<>(lacking);
        chain.forEach(found -> still.remove(found.eventId()));
        still.stream()
                .limit(AUTH_SINGLE_MAX)
                .forEach(id -> one(origin, room, version, id).ifPresent(chain::add));
        if (!chain.isEmpty()) {
            Deciding.decide(cell, new RoomInput.AuthChain(chain));
        }
    }

    private Optional<VerifiedPdu> one(
            ServerName from, RoomId room, RoomVersion version, EventId id) {
        return remote.event(from, room, version, id)
                        instanceof Fetch.Got<Optional<VerifiedPdu>>(Optional<VerifiedPdu> got)
                ? got
                : Optional.empty();
    }

    /// Whom to ask: the sender first.
    List<ServerName> servers(ServerName origin, RoomCell cell) {
        Set<ServerName> servers = new LinkedHashSet<>(Set.of(origin));
        servers.addAll(cell.committed().state().serversJoined());
        servers.remove(rooms.self());
        return servers.stream().limit(SERVERS_MAX).toList();
    }

    /// Asks for what lies between what we have and the event, until the two connect.
    private Walk walkBack(
            List<ServerName> servers, RoomCell cell, VerifiedPdu event, Instant until) {
        Walk walk = new Walk(event);
        Set<EventId> earliest = new HashSet<>();
        cell.withLock(state -> state.extremities()).stream()
                .map(KnownEvent::row)
                .forEach(row -> earliest.add(row.eventId()));
        boolean more = true;
        while (more
                && walk.size() < WALK_EVENTS_MAX
                && rooms.now().isBefore(until)
                && !walk.unknownParents(cell).isEmpty()) {
            more = false;
            Set<EventId> latest = walk.lowest(cell);
            for (ServerName server : servers) {
                var fetched = remote.missingEvents(
                        server,
                        cell.identity().roomId(),
                        cell.identity().version(),
                        earliest,
                        latest,
                        MISSING_LIMIT);
                if (fetched instanceof Fetch.Got<List<VerifiedPdu>>(List<VerifiedPdu> got)
                        && walk.addAll(got)) {
                    more = true;
                    break;
                }
            }
        }
        return walk;
    }

    /// Takes an event below which the walk did not get, with the state that a server tells.
    private Optional<Taken> enter(List<ServerName> servers, RoomCell cell, VerifiedPdu edge) {
        for (ServerName server : servers) {
            var fetched = remote.state(
                    server, cell.identity().roomId(), cell.identity().version(), edge.eventId());
            if (fetched instanceof Fetch.Got<RemoteRooms.State>(RemoteRooms.State state)) {
                var input = new RoomInput.WithState(edge, state.state(), state.authChain(), false);
                return Optional.of(take(cell, input, edge.eventId()));
            }
        }
        return Optional.empty();
    }

    /// Events that were fetched, newest at the root.
    private static final class Walk {

        private final VerifiedPdu root;
        private final Map<EventId, VerifiedPdu> found = new LinkedHashMap<>();

        Walk(VerifiedPdu root) {
            this.root = root;
        }

        int size() {
            return found.size();
        }

        boolean addAll(Collection<VerifiedPdu> events) {
            int before = found.size();
            for (VerifiedPdu event : events) {
                if (!event.eventId().equals(root.eventId())) {
                    found.putIfAbsent(event.eventId(), event);
                }
            }
            return found.size() > before;
        }

        private List<VerifiedPdu> all() {
            List<VerifiedPdu> all = new ArrayList<>(found.values());
            all.add(root);
            return all;
        }

        Set<EventId> unknownParents(RoomCell cell) {
            Set<EventId> unknown = new LinkedHashSet<>();
            all().forEach(event -> unknown.addAll(event.pdu().prevEvents()));
            unknown.removeAll(found.keySet());
            unknown.removeAll(cell.placed(unknown));
            return unknown;
        }

        /// The events whose parents are neither here nor known.
        private List<VerifiedPdu> incomplete(RoomCell cell) {
            Set<EventId> unknown = unknownParents(cell);
            return all().stream()
                    .filter(event -> event.pdu().prevEvents().stream().anyMatch(unknown::contains))
                    .toList();
        }

        Set<EventId> lowest(RoomCell cell) {
            Set<EventId> ids = new LinkedHashSet<>();
            incomplete(cell).stream()
                    .limit(MISSING_LIMIT)
                    .forEach(event -> ids.add(event.eventId()));
            return ids;
        }

        List<VerifiedPdu> edges(RoomCell cell) {
            return incomplete(cell).stream().limit(EDGES_MAX).toList();
        }

        /// Each after those of its parents that are here; without the root.
        List<VerifiedPdu> parentsFirst() {
            List<VerifiedPdu> sorted = new ArrayList<>();
            Set<EventId> waiting = new LinkedHashSet<>(found.keySet());
            boolean moved = true;
            while (moved) {
                moved = false;
                for (EventId id : List.copyOf(waiting)) {
                    VerifiedPdu event = found.get(id);
                    if (event.pdu().prevEvents().stream().noneMatch(waiting::contains)) {
                        sorted.add(event);
                        waiting.remove(id);
                        moved = true;
                    }
                }
            }
            return sorted;
        }
    }
}
