package im.holm.engine.core;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.handshake.RoomFacts;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.AuthGraph;
import im.holm.protocol.state.StateMap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Everything that deciding about a room needs, as one immutable value. States follow one another
/// and share structure: a speculative one costs little beside the committed one that it came from.
///
/// In memory are: all state events of the room (they are its auth graph), the events at its ends,
/// the newest other events up to [#OTHERS_MAX], and the snapshots that these name. Whatever else a
/// step needs it asks for by [RoomEffect.Lookup], and finds here once [RoomInput.Found] has been
/// stepped.
///
/// @param byEv the events in memory by number
/// @param byId their numbers by event id
/// @param snapshots in memory, by number
/// @param digests numbers of snapshots by digest; 0 means that none is stored
/// @param absent event ids that this server does not have
/// @param gaps open holes in the timeline
/// @param nextGap the next free gap number
/// @param missing edges to events that we lack: id to the events that have the edge
/// @param pendingRedactions redactions whose target we lack: target to redaction
/// @param servers joined members by server
/// @param localJoined the joined users of this server
/// @param others how many events in `byEv` are not state events
/// @param weightBytes about how much memory the events take
/// @param tag of the run of decisions that this state belongs to: the low bits of the versions of
/// its heads
public record RoomState(
        RoomIdentity identity,
        RoomStatus status,
        RoomHead head,
        PersistentMap<Integer, KnownEvent> byEv,
        PersistentMap<EventId, Integer> byId,
        PersistentMap<Integer, Snapshot> snapshots,
        PersistentMap<StateDigest, Integer> digests,
        PersistentMap<EventId, Boolean> absent,
        List<RoomAppend.GapChange> gaps,
        int nextGap,
        PersistentMap<EventId, int[]> missing,
        PersistentMap<EventId, Integer> pendingRedactions,
        PersistentMap<ServerName, Integer> servers,
        PersistentMap<UserId, Boolean> localJoined,
        int others,
        long weightBytes,
        int tag) {

    /// Events in memory that are not state events, at most about.
    public static final int OTHERS_MAX = 1_024;
    /// Snapshots in memory, at most about.
    public static final int SNAPSHOTS_MAX = 256;
    /// Event ids remembered as absent, at most.
    public static final int ABSENT_MAX = 1_024;

    public RoomState {
        Objects.requireNonNull(identity);
        Objects.requireNonNull(status);
        Objects.requireNonNull(head);
        gaps = List.copyOf(gaps);
    }

    /// A room of which nothing is stored.
    public static RoomState fresh(
            RoomIdentity identity, RoomStatus status, int ownerSlot, int tag) {
        return new RoomState(
                identity,
                status,
                RoomHead.fresh(ownerSlot),
                PersistentMap.empty(),
                PersistentMap.empty(),
                PersistentMap.<Integer, Snapshot>empty().with(0, Snapshot.EMPTY),
                PersistentMap.empty(),
                PersistentMap.empty(),
                List.of(),
                1,
                PersistentMap.empty(),
                PersistentMap.empty(),
                PersistentMap.empty(),
                PersistentMap.empty(),
                0,
                0,
                tag);
    }

    /// What the store has of a room.
    ///
    /// @param self this server
    /// @param tag drawn anew each time that a room is loaded
    /// @param events all state events, and the newest others; the extremities among them
    /// @param snapshots for the current state and the state after each extremity: the row, its
    /// parent's and so on
    public record Loaded(
            ServerName self,
            int tag,
            RoomIdentity identity,
            RoomStatus status,
            RoomHead head,
            List<EventRow> events,
            List<List<SnapshotRow>> snapshots,
            List<RoomAppend.GapChange> gaps,
            Map<EventId, List<Integer>> missing,
            Map<EventId, Integer> pendingRedactions,
            Map<ServerName, Integer> servers) {}

    public static RoomState load(Loaded loaded) {
        var draft = new RoomDraft(
                fresh(loaded.identity(), loaded.status(), loaded.head().ownerSlot(), loaded.tag()),
                loaded.self());
        draft.head = loaded.head();
        loaded.events()
                .forEach(row ->
                        draft.remember(new KnownEvent(row, loaded.identity().version())));
        loaded.snapshots().forEach(draft::rememberSnapshot);
        draft.gaps.addAll(loaded.gaps());
        draft.nextGap = 1
                + loaded.gaps().stream()
                        .mapToInt(RoomAppend.GapChange::gap)
                        .max()
                        .orElse(0);
        loaded.missing()
                .forEach((id, children) -> draft.missing = draft.missing.with(
                        id, children.stream().mapToInt(Integer::intValue).toArray()));
        loaded.pendingRedactions()
                .forEach(
                        (id, ev) -> draft.pendingRedactions = draft.pendingRedactions.with(id, ev));
        loaded.servers()
                .forEach((server, count) -> draft.servers = draft.servers.with(server, count));
        CurrentState.rememberLocalMembers(draft);
        return draft.state();
    }

    /// The event in memory with this id.
    public Optional<KnownEvent> event(EventId id) {
        Integer ev = byId.get(id);
        return ev == null ? Optional.empty() : Optional.of(byEv.get(ev));
    }

    public Optional<KnownEvent> event(int ev) {
        return Optional.ofNullable(byEv.get(ev));
    }

    /// The current state.
    public StateMap current() {
        return snapshots.get(head.snap()).map();
    }

    /// The event that holds a place of the current state.
    public Optional<KnownEvent> current(StateKey key) {
        int ev = current().find(key);
        return ev == StateMap.ABSENT ? Optional.empty() : event(ev);
    }

    /// A snapshot's map, if it is in memory.
    public Optional<StateMap> state(int snap) {
        return Optional.ofNullable(snapshots.get(snap)).map(Snapshot::map);
    }

    public Set<ServerName> serversJoined() {
        Set<ServerName> names = new TreeSet<>();
        servers.forEach((server, count) -> names.add(server));
        return names;
    }

    /// All member events of a user that this server has, whatever their standing, in no order.
    public List<KnownEvent> memberEvents(UserId user) {
        var place = Optional.of(StateKey.member(user));
        List<KnownEvent> found = new ArrayList<>();
        byEv.forEach((ev, event) -> {
            if (event.place().equals(place)) {
                found.add(event);
            }
        });
        return found;
    }

    /// A state as the auth rules and history visibility read it; its events are in memory.
    public AuthState authState(StateMap state) {
        return key -> {
            int ev = state.find(key);
            return ev == StateMap.ABSENT ? Optional.empty() : event(ev).map(KnownEvent::pdu);
        };
    }

    /// What a handshake with another server asks of the room.
    public RoomFacts facts() {
        List<KnownEvent> ends = Extremities.toSendOn(extremities());
        long depth = ends.stream().mapToLong(end -> end.row().depth()).max().orElse(0);
        return new RoomFacts(
                identity.version(),
                identity.roomId(),
                authState(current()),
                ends.stream().map(end -> end.row().eventId()).toList(),
                Composing.hashes(identity.version(), ends),
                EventLimits.depthAfter(identity.version(), depth));
    }

    /// Numbers of the whole auth chain of these events, without themselves unless they are in
    /// each other's; ascending.
    public int[] authChain(int[] evs) {
        BitSet seen = new BitSet();
        Deque<Integer> open = new ArrayDeque<>();
        for (int ev : evs) {
            open.add(ev);
        }
        while (!open.isEmpty()) {
            for (int auth : byEv.get(open.poll()).row().auth()) {
                if (!seen.get(auth)) {
                    seen.set(auth);
                    open.add(auth);
                }
            }
        }
        return seen.stream().toArray();
    }

    /// The joined users of this server.
    public List<UserId> localUsersJoined() {
        List<UserId> users = new ArrayList<>();
        localJoined.forEach((user, joined) -> users.add(user));
        return users;
    }

    /// The forward extremities.
    public List<KnownEvent> extremities() {
        List<KnownEvent> ends = new ArrayList<>();
        for (int ev : head.extremities()) {
            ends.add(byEv.get(ev));
        }
        return ends;
    }

    /// Numbers of the events that follow one which this room lacks.
    public int[] followers(EventId lacking) {
        return missing.getOr(lacking, IntSets.EMPTY).clone();
    }

    AuthGraph graph() {
        return new Graph(byEv);
    }

    private record Graph(PersistentMap<Integer, KnownEvent> events) implements AuthGraph {

        @Override
        public Pdu event(int ev) {
            return events.get(ev).pdu();
        }

        @Override
        public int[] auth(int ev) {
            return events.get(ev).row().auth();
        }

        @Override
        public boolean rejected(int ev) {
            return events.get(ev).has(EventFlags.REJECTED);
        }

        @Override
        public EventId eventId(int ev) {
            return events.get(ev).row().eventId();
        }
    }
}
