package im.holm.engine;

import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.KnownEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.ServerAcl;
import im.holm.journal.Vector;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.visibility.EventVisibility;
import im.holm.protocol.visibility.HistoryVisibility;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/// What other servers read of our rooms.
final class Archive implements RoomArchive {

    /// Events that a walk looks at for each that it may give: it passes through rejected ones.
    private static final int STEPS_PER_EVENT = 10;

    private final Rooms rooms;

    Archive(Rooms rooms) {
        this.rooms = rooms;
    }

    @Override
    public boolean admits(ServerName server, RoomId room) {
        return rooms.find(room).filter(cell -> admits(cell, server)).isPresent();
    }

    private static boolean admits(RoomCell cell, ServerName server) {
        RoomState state = cell.committed().state();
        return state.serversJoined().contains(server) && ServerAcl.admits(state, server);
    }

    private Optional<RoomCell> open(ServerName reader, RoomId room) {
        return rooms.find(room).filter(cell -> admits(cell, reader));
    }

    @Override
    public Optional<VerifiedPdu> event(ServerName reader, EventId eventId) {
        return rooms.store()
                .locate(eventId)
                .flatMap(found -> rooms.find(found.roomNid()))
                .filter(cell -> admits(cell, reader))
                .flatMap(cell -> row(cell, eventId).map(row -> shown(cell, row, reader)));
    }

    private Optional<EventRow> row(RoomCell cell, EventId eventId) {
        return Optional.ofNullable(
                rooms.store().events(cell.nid(), Set.of(eventId)).get(eventId));
    }

    @Override
    public Optional<StateAt> stateAt(ServerName reader, RoomId room, EventId eventId) {
        return open(reader, room)
                .flatMap(cell -> row(cell, eventId).filter(EventRow::hasPlace).map(row -> {
                    var at = new StateReading(rooms, cell).before(row);
                    return new StateAt(at.state(), at.authChain());
                }));
    }

    @Override
    public Optional<List<VerifiedPdu>> authChain(ServerName reader, RoomId room, EventId eventId) {
        return open(reader, room)
                .flatMap(cell -> row(cell, eventId).map(row -> {
                    var reading = new StateReading(rooms, cell);
                    Set<Integer> chain = new TreeSet<>();
                    for (int ev : row.auth()) {
                        chain.add(ev);
                    }
                    for (int ev : cell.committed().state().authChain(row.auth())) {
                        chain.add(ev);
                    }
                    return reading.events(
                            chain.stream().mapToInt(Integer::intValue).toArray());
                }));
    }

    @Override
    public Optional<List<VerifiedPdu>> missingEvents(
            ServerName reader,
            RoomId room,
            Set<EventId> earliest,
            Set<EventId> latest,
            int limit,
            long minDepth) {
        return open(reader, room).map(cell -> {
            Set<Integer> starts = new TreeSet<>();
            for (EventRow row : rooms.store().events(cell.nid(), latest).values()) {
                for (int prev : row.prev()) {
                    starts.add(prev);
                }
            }
            Set<Integer> known = new HashSet<>();
            rooms.store().events(cell.nid(), earliest).values().forEach(row -> known.add(row.ev()));
            List<EventRow> rows = walk(cell, starts, known, limit, minDepth);
            return shown(cell, rows.reversed(), reader);
        });
    }

    @Override
    public Optional<List<VerifiedPdu>> backfill(
            ServerName reader, RoomId room, Set<EventId> from, int limit) {
        return open(reader, room).map(cell -> {
            Set<Integer> starts = new TreeSet<>();
            rooms.store().events(cell.nid(), from).values().forEach(row -> starts.add(row.ev()));
            return shown(cell, walk(cell, starts, Set.of(), limit, 0), reader);
        });
    }

    /// Back from the starts along previous events, deepest first. Rejected events are passed
    /// through.
    private List<EventRow> walk(
            RoomCell cell, Set<Integer> starts, Set<Integer> stops, int limit, long minDepth) {
        int most = Math.clamp(limit, 0, EVENTS_MAX);
        var open = new PriorityQueue<EventRow>(Comparator.comparingLong(EventRow::depth)
                .thenComparingInt(EventRow::ev)
                .reversed());
        Set<Integer> seen = new HashSet<>(stops);
        enqueue(cell, starts, seen, open);
        List<EventRow> rows = new ArrayList<>();
        int steps = most * STEPS_PER_EVENT;
        while (!open.isEmpty() && rows.size() < most && steps-- > 0) {
            EventRow row = open.poll();
            if (row.depth() < minDepth) {
                continue;
            }
            if (!row.has(EventFlags.REJECTED)) {
                rows.add(row);
            }
            Set<Integer> prev = new TreeSet<>();
            for (int ev : row.prev()) {
                prev.add(ev);
            }
            enqueue(cell, prev, seen, open);
        }
        return rows;
    }

    private void enqueue(
            RoomCell cell, Set<Integer> evs, Set<Integer> seen, Collection<EventRow> open) {
        int[] fresh = evs.stream().filter(seen::add).mapToInt(Integer::intValue).toArray();
        if (fresh.length > 0) {
            rooms.store().events(cell.nid(), fresh).stream()
                    .filter(EventRow::hasPlace)
                    .forEach(open::add);
        }
    }

    private List<VerifiedPdu> shown(RoomCell cell, List<EventRow> rows, ServerName reader) {
        return rows.stream().map(row -> shown(cell, row, reader)).toList();
    }

    /// As it is, or redacted if the server may know of it but not read it.
    private VerifiedPdu shown(RoomCell cell, EventRow row, ServerName reader) {
        Pdu pdu = pdu(cell, row);
        boolean readable = row.stateKey().isPresent() || maySee(cell, row, reader);
        return new VerifiedPdu(readable ? pdu : PduParser.redacted(pdu));
    }

    private Pdu pdu(RoomCell cell, EventRow row) {
        return PduParser.parse(cell.identity().version(), row.json())
                .wellFormed()
                .orElseThrow(() -> new IllegalStateException(
                        "stored event " + row.eventId() + " is malformed"));
    }

    private boolean maySee(RoomCell cell, EventRow row, ServerName reader) {
        RoomState room = cell.committed().state();
        StateMap before = new StateReading(rooms, cell).map(row.snapBefore());
        HistoryVisibility visibility = HistoryVisibility.in(room.authState(before));
        boolean forAll = EventVisibility.mayServerSee(visibility, List.of());
        return forAll
                || EventVisibility.mayServerSee(visibility, memberships(room, before, reader));
    }

    private static Set<String> memberships(RoomState room, StateMap state, ServerName server) {
        Set<String> memberships = new HashSet<>();
        members(state, (user, ev) -> {
            if (user.server().equals(server)) {
                room.event(ev)
                        .flatMap(event -> event.pdu().membership())
                        .ifPresent(memberships::add);
            }
        });
        return memberships;
    }

    private interface MemberAction {
        void on(UserId user, int ev);
    }

    private static void members(StateMap state, MemberAction action) {
        state.forEach((key, ev) -> {
            if (key.type().equals(EventTypes.MEMBER)) {
                UserId.parse(key.key()).ifPresent(user -> action.on(user, ev));
            }
        });
    }

    @Override
    public Set<ServerName> destinations(long roomNid, int ev) {
        return rooms.find(roomNid)
                .flatMap(cell -> row(cell, ev).map(row -> destinations(cell, row)))
                .orElse(Set.of());
    }

    /// From memory, if the event is new or part of the state.
    private Optional<EventRow> row(RoomCell cell, int ev) {
        return cell.committed()
                .state()
                .event(ev)
                .map(KnownEvent::row)
                .or(() -> rooms.store().events(cell.nid(), new int[] {ev}).stream()
                        .findFirst());
    }

    private Set<ServerName> destinations(RoomCell cell, EventRow row) {
        RoomState room = cell.committed().state();
        Set<ServerName> servers = new TreeSet<>();
        boolean current = row.snapAfter() == room.head().snap();
        if (current) {
            servers.addAll(room.serversJoined());
        } else {
            servers.addAll(joined(room, new StateReading(rooms, cell).map(row.snapAfter())));
        }
        if (row.type().equals(EventTypes.MEMBER)) {
            // Whoever is invited, kicked, banned or leaves learns of it, though the
            // state after has them not.
            row.stateKey().flatMap(UserId::parse).ifPresent(user -> servers.add(user.server()));
        }
        servers.remove(rooms.self());
        return servers;
    }

    private static Set<ServerName> joined(RoomState room, StateMap state) {
        Set<ServerName> servers = new TreeSet<>();
        members(state, (user, ev) -> {
            boolean joined = !servers.contains(user.server())
                    && room.event(ev)
                            .flatMap(KnownEvent::membership)
                            .filter(membership -> membership == Membership.JOIN)
                            .isPresent();
            if (joined) {
                servers.add(user.server());
            }
        });
        return servers;
    }

    @Override
    public Optional<VerifiedPdu> event(long roomNid, int ev) {
        return rooms.find(roomNid).flatMap(cell -> {
            Optional<Pdu> inMemory = cell.committed().state().event(ev).map(KnownEvent::pdu);
            return inMemory.or(() -> row(cell, ev).map(row -> pdu(cell, row)))
                    .map(VerifiedPdu::new);
        });
    }

    @Override
    public List<Newest> newestOurs(ServerName server, Vector since) {
        long floor = Long.MAX_VALUE;
        for (long position : since.positions()) {
            floor = Math.min(floor, position);
        }
        long after = floor == Long.MAX_VALUE ? 0 : floor;
        List<Newest> newest = new ArrayList<>();
        for (long roomNid : rooms.store().roomsOf(server, after, NEWEST_ROOMS_MAX)) {
            rooms.store().timeline(roomNid, Long.MAX_VALUE, true, NEWEST_LOOKED_AT).stream()
                    .filter(row -> row.sender().server().equals(rooms.self()))
                    .filter(row -> row.pos() > 0 && !since.covers(row.pos()))
                    .findFirst()
                    .ifPresent(row -> newest.add(new Newest(roomNid, row.ev(), row.pos())));
        }
        return newest;
    }
}
