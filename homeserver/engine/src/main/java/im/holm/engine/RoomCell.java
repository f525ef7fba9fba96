package im.holm.engine;

import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomEffect;
import im.holm.engine.core.RoomFact;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.RoomStep;
import im.holm.engine.core.StepResult;
import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitTicket;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Unit;
import im.holm.journal.UnitWriter;
import im.holm.platform.db.Tx;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// One room in memory: the speculative state that decisions are made on, and the committed one that
/// readers see.
///
/// Decisions are made one at a time under the lock, appends are handed to the journal in that
/// order, and nobody waits for a commit while holding the lock: so the commits of a room are
/// pipelined. When one fails, those that were decided on top of it fail too (the version guard),
/// and the speculative state is thrown away.
final class RoomCell {

    /// Look-ups that one decision may need, at most; more is a bug of the core.
    private static final int LOOKUPS_MAX = 12;

    private final Rooms rooms;
    private final RoomIdentity identity;
    private final RoomStatus statusWhenFresh;
    private final ReentrantLock lock = new ReentrantLock();
    /// Held while this room's events or our place in it are fetched from other servers, so that
    /// it is done once.
    private final ReentrantLock remoteWork = new ReentrantLock();

    /// Guarded by the lock; null if it has to be read anew.
    private RoomState speculative;
    /// The newest append that was handed to the journal; guarded by the lock, null if none was.
    private CommitTicket newest;
    /// Counts how often the speculative state was thrown away; guarded by the lock for writing.
    private volatile int epoch;
    private volatile boolean broken;
    private volatile Committed committed;
    /// Whether a commit was made that `committed` does not follow from: it has to be read anew.
    private volatile boolean stale;
    /// What the cell weighed when it was last kept.
    private volatile int keptBytes;

    RoomCell(Rooms rooms, RoomIdentity identity, RoomStatus statusWhenFresh) {
        this.rooms = Objects.requireNonNull(rooms);
        this.identity = Objects.requireNonNull(identity);
        this.statusWhenFresh = statusWhenFresh;
    }

    RoomIdentity identity() {
        return identity;
    }

    ReentrantLock remoteWork() {
        return remoteWork;
    }

    long nid() {
        return identity.roomNid();
    }

    /// The room as committed; read from the store if it is not in memory.
    Committed committed() {
        Committed now = committed;
        if (now == null) {
            return withLock(state -> committed);
        }
        if (stale) {
            stale = false;
            advance(stored());
        }
        return committed;
    }

    /// What is in memory, without reading the store; null if nothing is.
    Committed committedIfLoaded() {
        return committed;
    }

    /// Reads the speculative state.
    <T> T withLock(Function<RoomState, T> read) {
        lock.lock();
        try {
            return read.apply(current());
        } finally {
            lock.unlock();
        }
    }

    /// Changes what is stored of the room behind its back, with nothing else under way: waits
    /// for what was handed to the journal, lets nobody decide meanwhile, and reads the room
    /// anew. For rare work of an administrator, and no longer than a few seconds.
    ///
    /// @param work is given the state before it
    long standStill(ToLongFunction<RoomState> work) {
        lock.lock();
        try {
            RoomState now = current();
            awaitCommits();
            return work.applyAsLong(now);
        } finally {
            broken = true;
            stale = true;
            lock.unlock();
        }
    }

    /// Commits come in order: once one that says nothing is there, all before it are.
    private void awaitCommits() {
        var nothing = new Unit<>(RoomCell::writeNothing, identity, List.of(), 0);
        switch (rooms.journal().commit(nothing)) {
            case CommitOutcome.Committed _ -> {}
            case CommitOutcome.Unavailable(String reason, long _) ->
                throw new IllegalStateException("the journal accepts no writes: " + reason);
            case CommitOutcome.Refused(Object reason) ->
                throw new IllegalStateException("nothing was refused: " + reason);
        }
    }

    private static List<UnitWriter.Refusal> writeNothing(
            Tx tx, List<UnitWriter.Placed<RoomIdentity>> units) {
        return List.of();
    }

    /// Those of the events that have their place in the DAG here.
    Set<EventId> placed(Collection<EventId> ids) {
        Set<EventId> placed = new HashSet<>();
        Set<EventId> others = new HashSet<>(ids);
        RoomState state = withLock(now -> now);
        for (EventId id : ids) {
            state.event(id).ifPresent(event -> {
                others.remove(id);
                if (event.row().hasPlace()) {
                    placed.add(id);
                }
            });
        }
        if (!others.isEmpty()) {
            rooms.store().events(nid(), others).forEach((id, row) -> {
                if (row.hasPlace()) {
                    placed.add(id);
                }
            });
        }
        return placed;
    }

    /// Decides one input and hands what follows from it to the journal.
    Submitted submit(RoomInput input) {
        return submit(state -> input);
    }

    /// As [#submit(RoomInput)]; the input is made from the state that it is decided on.
    Submitted submit(Function<RoomState, RoomInput> make) {
        lock.lock();
        try {
            StepResult result = step(make.apply(current()));
            Optional<RoomAppend> append = result.append();
            Optional<CommitTicket> ticket = append.map(rows -> hand(rows, result.next()));
            speculative = result.next();
            Optional<CommitTicket> below = ticket.isPresent() ? Optional.empty() : underway();
            newest = ticket.orElse(newest);
            return new Submitted(result.effects(), append, ticket, below);
        } finally {
            lock.unlock();
        }
    }

    /// The append that the speculative state ends with, if it may not be durable yet.
    private Optional<CommitTicket> underway() {
        Committed now = committed;
        boolean settled = now != null && now.version() == speculative.head().version();
        return settled ? Optional.empty() : Optional.ofNullable(newest);
    }

    /// An event of a local user that is signed but not put into the room.
    RoomStep.Proposal propose(UserId sender, RoomInput.LocalEvent event) {
        lock.lock();
        try {
            current();
            for (int lookups = 0; lookups <= LOOKUPS_MAX; lookups++) {
                var proposal = rooms.core().propose(speculative, sender, event, rooms.now());
                if (!(proposal instanceof RoomStep.Proposal.Lacking(var lookup))) {
                    return proposal;
                }
                speculative = found(speculative, lookup);
            }
            throw tooManyLookups();
        } finally {
            lock.unlock();
        }
    }

    private IllegalStateException tooManyLookups() {
        return new IllegalStateException(
                "a decision in " + identity.roomId() + " needs too many look-ups");
    }

    private StepResult step(RoomInput input) {
        for (int lookups = 0; lookups <= LOOKUPS_MAX; lookups++) {
            StepResult result = rooms.core().step(speculative, input, rooms.now());
            Optional<RoomEffect.Lookup> lookup = result.effects().stream()
                    .filter(RoomEffect.Lookup.class::isInstance)
                    .map(RoomEffect.Lookup.class::cast)
                    .findFirst();
            if (lookup.isEmpty()) {
                return result;
            }
            speculative = found(result.next(), lookup.get());
        }
        throw tooManyLookups();
    }

    private RoomState found(RoomState state, RoomEffect.Lookup lookup) {
        var found = rooms.loading().find(nid(), lookup);
        return rooms.core().step(state, found, rooms.now()).next();
    }

    private RoomState current() {
        if (broken || speculative == null) {
            epoch++;
            broken = false;
            Committed stored = stored();
            advance(stored);
            speculative = stored.state();
        }
        return speculative;
    }

    private Committed stored() {
        return rooms.store()
                .room(nid())
                .map(room -> rooms.loading().load(room, rooms.drawTag()))
                .orElseGet(() -> Committed.nothing(
                        RoomState.fresh(identity, statusWhenFresh, 0, rooms.drawTag())));
    }

    private CommitTicket hand(RoomAppend append, RoomState after) {
        int mine = epoch;
        List<Committed.Move> moved = moved(append);
        List<Fact> facts = append.facts().stream().map(this::fact).toList();
        return rooms.journal()
                .submit(new Unit<>(
                        rooms.appends(),
                        append,
                        facts,
                        weightBytes(append),
                        outcome -> settled(append, after, moved, mine, outcome)));
    }

    /// The local users whose memberships an append changes.
    private List<Committed.Move> moved(RoomAppend append) {
        return append.members().stream()
                .filter(change -> change.user().server().equals(rooms.self()))
                .map(change -> new Committed.Move(
                        rooms.identities().userNid(change.user()),
                        change.membership() == Membership.JOIN,
                        0))
                .toList();
    }

    private Fact fact(RoomFact fact) {
        return switch (fact) {
            case RoomFact.Live(int ev) -> new Fact(FactKind.EVENT, nid(), ev);
            case RoomFact.Changed(int ev) -> new Fact(FactKind.EVENT_CHANGED, nid(), ev);
            case RoomFact.StateRepaired(int from, int to) ->
                new Fact(FactKind.STATE_CHANGED, nid(), to);
            case RoomFact.OutOfBand(var user) ->
                new Fact(FactKind.OUT_OF_BAND_MEMBERSHIP, rooms.identities().userNid(user), nid());
        };
    }

    private static int weightBytes(RoomAppend append) {
        long weight = 256;
        for (var row : append.events()) {
            weight += 256 + row.json().length;
        }
        for (var update : append.updates()) {
            weight += 256 + update.row().json().length;
        }
        for (var snapshot : append.snapshots()) {
            weight += 64 + 4L * (snapshot.added().length + snapshot.removed().length);
        }
        weight += 64L * (append.state().size() + append.members().size());
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }

    /// On the committer's thread, in commit order.
    private void settled(
            RoomAppend append,
            RoomState after,
            List<Committed.Move> moved,
            int ofEpoch,
            CommitOutcome outcome) {
        if (!(outcome instanceof CommitOutcome.Committed(long[] positions))) {
            broken |= ofEpoch == epoch;
            return;
        }
        Committed before = committed;
        if (before != null && before.version() == append.base()) {
            advance(before.next(after, append, moved, positions));
        } else {
            stale = before == null || before.isOlderThan(append.head());
        }
        moved.forEach(move -> rooms.userRooms().changed(move.userNid()));
        if (!append.updates().isEmpty()) {
            rooms.events().changed(this, append.updates());
        }
    }

    /// Commits and reloads may meet: the newer one stays.
    private synchronized void advance(Committed next) {
        if (committed == null || next.version() >= committed.version()) {
            committed = next;
        }
    }

    /// Whether the cache has to be told of a new weight.
    boolean hasGrown() {
        int now = weightBytes();
        boolean grown = now > keptBytes + keptBytes / 4;
        keptBytes = grown ? now : keptBytes;
        return grown;
    }

    int weightBytes() {
        Committed now = committed;
        return now == null ? 4_096 : (int) Math.min(Integer.MAX_VALUE, 4_096 + now.weightBytes());
    }

    /// @param append what was handed to the journal, if anything was
    /// @param below where nothing was: the append that the answer rests on and that may yet
    /// fail. Nobody may be told the answer before it is durable
    record Submitted(
            List<RoomEffect> effects,
            Optional<RoomAppend> append,
            Optional<CommitTicket> ticket,
            Optional<CommitTicket> below) {

        <T extends RoomEffect> Optional<T> effect(Class<T> type) {
            return effects.stream().filter(type::isInstance).map(type::cast).findFirst();
        }

        List<RoomEffect.Verdict> verdicts() {
            return effects.stream()
                    .filter(RoomEffect.Answer.class::isInstance)
                    .map(effect -> ((RoomEffect.Answer) effect).verdict())
                    .toList();
        }
    }
}
