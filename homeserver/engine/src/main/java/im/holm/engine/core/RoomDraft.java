package im.holm.engine.core;

import im.holm.engine.core.RoomAppend.EventUpdate;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomAppend.MemberChange;
import im.holm.engine.core.RoomAppend.MissingChange;
import im.holm.engine.core.RoomAppend.PendingRedaction;
import im.holm.engine.core.RoomAppend.ServerCount;
import im.holm.engine.core.RoomAppend.StateChange;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.AuthGraph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// A room state while one step works on it, and the append that grows with it. Lives for one step.
final class RoomDraft {

    final RoomState base;
    final ServerName self;
    final Wanted wanted = new Wanted();

    RoomStatus status;
    RoomHead head;
    PersistentMap<Integer, KnownEvent> byEv;
    PersistentMap<EventId, Integer> byId;
    PersistentMap<Integer, Snapshot> snapshots;
    PersistentMap<StateDigest, Integer> digests;
    PersistentMap<EventId, Boolean> absent;
    final List<GapChange> gaps;
    int nextGap;
    PersistentMap<EventId, int[]> missing;
    PersistentMap<EventId, Integer> pendingRedactions;
    PersistentMap<ServerName, Integer> servers;
    PersistentMap<UserId, Boolean> localJoined;
    private int others;
    private long weightBytes;

    /// Events whose previous events have all become known, perhaps.
    final Set<Integer> connected = new TreeSet<>();
    final List<RoomFact> facts = new ArrayList<>();
    final List<PendingRedaction> pendingChanges = new ArrayList<>();
    final List<MissingChange> missingChanges = new ArrayList<>();
    private final List<Integer> added = new ArrayList<>();
    private final Map<Integer, Optional<byte[]>> updated = new LinkedHashMap<>();
    private final List<SnapshotRow> newSnapshots = new ArrayList<>();
    private final Map<StateKey, Integer> stateChanges = new LinkedHashMap<>();
    private final Map<UserId, MemberChange> memberChanges = new LinkedHashMap<>();
    private final Map<Integer, GapChange> gapChanges = new LinkedHashMap<>();
    private final Set<ServerName> countedServers = new HashSet<>();
    Optional<RoomAppend.StrippedState> stripped = Optional.empty();

    RoomDraft(RoomState base, ServerName self) {
        this.base = base;
        this.self = self;
        status = base.status();
        head = base.head();
        byEv = base.byEv();
        byId = base.byId();
        snapshots = base.snapshots();
        digests = base.digests();
        absent = base.absent();
        gaps = new ArrayList<>(base.gaps());
        nextGap = base.nextGap();
        missing = base.missing();
        pendingRedactions = base.pendingRedactions();
        servers = base.servers();
        localJoined = base.localJoined();
        others = base.others();
        weightBytes = base.weightBytes();
    }

    RoomIdentity identity() {
        return base.identity();
    }

    RoomId roomId() {
        return base.identity().roomId();
    }

    AuthGraph graph() {
        return state().graph();
    }

    Snapshot current() {
        return snapshots.get(head.snap());
    }

    Optional<KnownEvent> event(int ev) {
        return Optional.ofNullable(byEv.get(ev));
    }

    /// The event in memory; else it is put on the list of what is wanted.
    Optional<KnownEvent> wantedEvent(int ev) {
        if (!byEv.has(ev)) {
            wanted.ev(ev);
        }
        return event(ev);
    }

    /// The event in memory; one of which nothing is known is put on the list of what is wanted.
    Optional<KnownEvent> event(EventId id) {
        Integer ev = byId.get(id);
        if (ev != null) {
            return event(ev);
        }
        if (!absent.has(id)) {
            wanted.id(id);
        }
        return Optional.empty();
    }

    /// A snapshot, or empty if it is wanted now.
    Optional<Snapshot> snapshot(int snap) {
        Snapshot found = snapshots.get(snap);
        if (found == null) {
            wanted.snapshot(snap);
        }
        return Optional.ofNullable(found);
    }

    void remember(KnownEvent event) {
        KnownEvent before = byEv.get(event.ev());
        byEv = byEv.with(event.ev(), event);
        if (before == null) {
            byId = byId.with(event.row().eventId(), event.ev());
            absent = absent.without(event.row().eventId());
            others += event.isState() ? 0 : 1;
            weightBytes += event.weightBytes();
        }
    }

    void rememberSnapshot(List<SnapshotRow> rows) {
        rememberSnapshot(Snapshot.load(rows, ev -> byEv.get(ev).place().orElseThrow()));
    }

    void rememberSnapshot(Snapshot snapshot) {
        snapshots = snapshots.with(snapshot.snap(), snapshot);
        digests = digests.with(snapshot.digest(), snapshot.snap());
    }

    void newSnapshot(Snapshot.Made made) {
        newSnapshots.add(made.row());
        rememberSnapshot(made.snapshot());
        head = head.withNextSnap(made.snapshot().snap() + 1);
    }

    /// Puts in an event that is new to the room.
    void add(KnownEvent event) {
        added.add(event.ev());
        remember(event);
        head = head.withNextEv(event.ev() + 1);
    }

    /// Puts in the changed form of an event; new in this step or stored before.
    void change(KnownEvent event, Optional<byte[]> keepOriginal) {
        if (event.ev() < base.head().nextEv()) {
            updated.merge(
                    event.ev(),
                    keepOriginal,
                    (first, second) -> first.isPresent() ? first : second);
        }
        remember(event);
    }

    int fact(RoomFact fact) {
        facts.add(fact);
        return facts.size() - 1;
    }

    void stateChange(StateKey key, int ev) {
        stateChanges.put(key, ev);
    }

    void memberChange(UserId user, Membership membership, int ev, int fact) {
        memberChanges.put(user, new MemberChange(user, membership, ev, fact));
    }

    /// Another joined member of this server, or one less.
    void count(ServerName server, int difference) {
        int now = servers.getOr(server, 0) + difference;
        servers = now > 0 ? servers.with(server, now) : servers.without(server);
        countedServers.add(server);
    }

    void gap(GapChange gap) {
        gaps.removeIf(open -> open.gap() == gap.gap());
        if (!gap.closed()) {
            gaps.add(gap);
        }
        gapChanges.put(gap.gap(), gap);
        nextGap = Math.max(nextGap, gap.gap() + 1);
    }

    void missingEdge(EventId id, int child) {
        missing = missing.with(id, IntSets.plus(missing.getOr(id, IntSets.EMPTY), child));
        missingChanges.add(new MissingChange(id, child, false));
    }

    /// Whether an event that we lack is followed by one that is neither soft-failed nor
    /// rejected.
    boolean isFollowed(EventId id) {
        for (int child : missing.getOr(id, IntSets.EMPTY)) {
            boolean counts = wantedEvent(child)
                    .filter(event ->
                            event.has(EventFlags.SOFT_FAILED) || event.has(EventFlags.REJECTED))
                    .isEmpty();
            if (counts) {
                return true;
            }
        }
        return false;
    }

    /// Whether the state before an event is what another server told, in part.
    boolean lacksParents(KnownEvent event) {
        return event.pdu().prevEvents().stream()
                .anyMatch(id -> IntStream.of(missing.getOr(id, IntSets.EMPTY))
                        .anyMatch(child -> child == event.ev()));
    }

    void satisfied(EventId id) {
        for (int child : missing.getOr(id, IntSets.EMPTY)) {
            missingChanges.add(new MissingChange(id, child, true));
        }
        missing = missing.without(id);
    }

    boolean changesAnything() {
        return !added.isEmpty()
                || !updated.isEmpty()
                || !facts.isEmpty()
                || !gapChanges.isEmpty()
                || stripped.isPresent();
    }

    /// The state as it now is.
    RoomState state() {
        return new RoomState(
                base.identity(),
                status,
                head,
                byEv,
                byId,
                snapshots,
                digests,
                absent,
                gaps,
                nextGap,
                missing,
                pendingRedactions,
                servers,
                localJoined,
                others,
                weightBytes,
                base.tag());
    }

    /// Ends the draft: the append, and the state that follows from it.
    StepResult finish(List<RoomEffect> answers) {
        boolean newRoom = base.head().version() == 0;
        head = head.withVersion(RoomHead.nextVersion(base.head().version(), base.tag()));
        var append = new RoomAppend(
                base.identity(),
                newRoom,
                newRoom || status != base.status() ? Optional.of(status) : Optional.empty(),
                base.head().version(),
                head,
                added.stream().map(ev -> byEv.get(ev).row()).toList(),
                updated.entrySet().stream()
                        .map(entry ->
                                new EventUpdate(byEv.get(entry.getKey()).row(), entry.getValue()))
                        .toList(),
                newSnapshots,
                stateChanges.entrySet().stream()
                        .map(entry -> new StateChange(entry.getKey(), entry.getValue()))
                        .toList(),
                List.copyOf(memberChanges.values()),
                missingChanges,
                List.copyOf(gapChanges.values()),
                countedServers.stream()
                        .map(server -> new ServerCount(server, servers.getOr(server, 0)))
                        .toList(),
                pendingChanges,
                facts,
                stripped);
        added.forEach(this::forgetFact);
        updated.keySet().forEach(this::forgetFact);
        List<RoomEffect> effects = new ArrayList<>();
        effects.add(new RoomEffect.Append(append));
        effects.addAll(answers);
        return new StepResult(Trimming.trim(state()), effects);
    }

    private void forgetFact(int ev) {
        KnownEvent event = byEv.get(ev);
        if (event.row().fact() != EventRow.NO_FACT) {
            byEv = byEv.with(ev, event.with(event.row().withoutFact()));
        }
    }
}
