package im.holm.engine;

import im.holm.engine.core.GapReason;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomInput.StateBefore;
import im.holm.engine.core.RoomState;
import im.holm.engine.port.RemoteRooms;
import im.holm.engine.port.RemoteRooms.Fetch;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.version.RoomVersion;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Fills a gap of the timeline from other servers: the events below it, and the state before the
/// oldest of them; the states between follow by walking forward.
final class Backfilling implements GapFilling {

    /// Events of one answer, at most.
    static final int EVENTS_MAX = 100;
    /// Ids that a backfill starts from, at most.
    static final int FROM_MAX = 20;
    /// Oldest events whose state is fetched, at most; what hangs on others is left for the next
    /// time.
    static final int STATES_MAX = 5;
    /// Servers that are asked, at most.
    static final int SERVERS_MAX = 3;
    /// Answers that are asked for to close a gap in the background, at most: 10,000 events.
    static final int MISSED_ROUNDS_MAX = 100;
    /// Time that a reader waits, at most.
    static final Duration TIME_MAX = Duration.ofSeconds(10);

    private final Rooms rooms;
    private final RemoteRooms remote;
    private final AtomicInteger turn = new AtomicInteger();

    Backfilling(Rooms rooms, RemoteRooms remote) {
        this.rooms = rooms;
        this.remote = remote;
    }

    @Override
    public boolean fill(RoomCell cell, GapChange gap, int limit) {
        Instant until = rooms.now().plus(TIME_MAX);
        if (!tryLock(cell)) {
            return false;
        }
        try {
            Optional<GapChange> open = cell.withLock(state ->
                    state.gaps().stream().filter(now -> now.gap() == gap.gap()).findFirst());
            if (open.isEmpty() || open.get().tlAbove() != gap.tlAbove()) {
                return true; // somebody else has filled it meanwhile
            }
            for (ServerName server : servers(cell, open.get())) {
                if (rooms.now().isBefore(until) && fillFrom(server, cell, open.get(), limit)) {
                    return true;
                }
            }
            return false;
        } finally {
            cell.remoteWork().unlock();
        }
    }

    private static boolean tryLock(RoomCell cell) {
        try {
            return cell.remoteWork().tryLock(TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Goes on with the gaps that an outage has left, until they are closed or nobody has more:
    /// states that another server had told are then given up for walked ones.
    void fillMissed(RoomCell cell) {
        int rounds = 0;
        Optional<GapChange> gap = missed(cell);
        while (gap.isPresent()
                && rounds++ < MISSED_ROUNDS_MAX
                && fill(cell, gap.get(), EVENTS_MAX)) {
            gap = missed(cell);
        }
    }

    private static Optional<GapChange> missed(RoomCell cell) {
        return cell.withLock(state -> state.gaps().stream()
                .filter(gap -> gap.reason() == GapReason.MISSED)
                .findFirst());
    }

    /// Whom to ask: first a server whose user sent what follows the gap. It had what is in it
    /// as a rule, but not if that is its join. Then the others in turns: the only one that has
    /// something may be any of them.
    private List<ServerName> servers(RoomCell cell, GapChange gap) {
        RoomState state = cell.committed().state();
        int[] followers = from(gap).stream()
                .flatMapToInt(id -> IntStream.of(state.followers(id)))
                .distinct()
                .toArray();
        List<ServerName> joined = new ArrayList<>(state.serversJoined());
        joined.remove(rooms.self());
        List<ServerName> senders = rooms.store().events(cell.nid(), followers).stream()
                .map(row -> row.sender().server())
                .filter(joined::contains)
                .distinct()
                .toList();
        int now = turn.getAndIncrement();
        Set<ServerName> servers = new LinkedHashSet<>();
        if (!senders.isEmpty()) {
            servers.add(senders.get(Math.floorMod(now, senders.size())));
        }
        Collections.rotate(joined, -now * (SERVERS_MAX - 1));
        servers.addAll(joined);
        return servers.stream().limit(SERVERS_MAX).toList();
    }

    private static Set<EventId> from(GapChange gap) {
        return new LinkedHashSet<>(
                gap.prev().subList(0, Math.min(FROM_MAX, gap.prev().size())));
    }

    private boolean fillFrom(ServerName server, RoomCell cell, GapChange gap, int limit) {
        RoomId room = cell.identity().roomId();
        RoomVersion version = cell.identity().version();
        var fetched =
                remote.backfill(server, room, version, from(gap), Math.clamp(limit, 1, EVENTS_MAX));
        if (!(fetched instanceof Fetch.Got<List<VerifiedPdu>>(List<VerifiedPdu> got))
                || got.isEmpty()) {
            return false;
        }
        List<VerifiedPdu> events = got.subList(0, Math.min(got.size(), EVENTS_MAX));
        Map<EventId, StateBefore> states = new HashMap<>();
        for (VerifiedPdu oldest : lowest(cell, events)) {
            var answer = remote.state(server, room, version, oldest.eventId());
            if (answer instanceof Fetch.Got<RemoteRooms.State>(RemoteRooms.State state)) {
                states.put(oldest.eventId(), new StateBefore(state.state(), state.authChain()));
            }
        }
        var decided = Deciding.decide(cell, new RoomInput.Fetched(gap.gap(), events, states));
        return decided instanceof Deciding.Decided.Done done && done.wrote();
    }

    /// The events whose previous events are neither among them nor in the room.
    private static List<VerifiedPdu> lowest(RoomCell cell, List<VerifiedPdu> events) {
        Set<EventId> unknown = new HashSet<>();
        events.forEach(event -> unknown.addAll(event.pdu().prevEvents()));
        events.forEach(event -> unknown.remove(event.eventId()));
        unknown.removeAll(cell.placed(unknown));
        List<VerifiedPdu> lowest = new ArrayList<>();
        for (VerifiedPdu event : events) {
            if (lowest.size() < STATES_MAX
                    && event.pdu().prevEvents().stream().anyMatch(unknown::contains)) {
                lowest.add(event);
            }
        }
        return lowest;
    }
}
