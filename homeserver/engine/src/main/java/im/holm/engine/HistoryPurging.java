package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.KnownEvent;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.SnapshotRow;
import im.holm.engine.port.RoomStore;
import im.holm.journal.Position;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Removes history in steps, each a transaction. For some steps at a time the room stands still:
/// nothing may be decided on what is just being removed.
final class HistoryPurging implements RoomPurging {

    /// Rows that one transaction removes.
    static final int STEP_ROWS = 5_000;
    /// Steps after which others may write in the room.
    static final int ROUND_STEPS_MAX = 10;

    private final Rooms rooms;

    HistoryPurging(Rooms rooms) {
        this.rooms = rooms;
    }

    @Override
    public Outcome purge(RoomId room, Instant before) {
        Optional<RoomCell> cell = rooms.find(room).filter(LocalMembership::isIn);
        if (cell.isEmpty()) {
            return new Outcome.Failed(Problem.of(
                    ErrorCode.NOT_FOUND, "no local user is in such a room; it can be deleted"));
        }
        OptionalLong cut = cut(cell.get(), before);
        if (cut.isEmpty()) {
            return new Outcome.Done(0);
        }
        RoomInput.Purge purge = new RoomInput.Purge(cut.getAsLong(), below(cell.get(), cut));
        long removed = 0;
        while (true) {
            if (Deciding.decide(cell.get(), purge) instanceof Deciding.Decided.Failed(var no)) {
                return new Outcome.Failed(no);
            }
            long round = cell.get().standStill(state -> round(cell.get(), state, cut.getAsLong()));
            removed += round;
            if (round < (long) STEP_ROWS * ROUND_STEPS_MAX) {
                return new Outcome.Done(removed);
            }
        }
    }

    /// Where the first event lies that stays.
    private OptionalLong cut(RoomCell cell, Instant before) {
        long pos = Position.first(Math.max(before.toEpochMilli(), Position.EPOCH_MS), 0);
        long top = cell.committed().head().tlTop();
        OptionalLong first = rooms.store().timelineFrom(cell.nid(), pos);
        return first.isPresent() ? first : top == 0 ? OptionalLong.empty() : OptionalLong.of(top);
    }

    private List<EventId> below(RoomCell cell, OptionalLong cut) {
        return rooms.store().timeline(cell.nid(), cut.getAsLong() - 1, false, 1).stream()
                .flatMap(row -> KnownEvent.prevEvents(row, cell.identity().version()).stream())
                .toList();
    }

    /// @return events removed
    private long round(RoomCell cell, RoomState state, long cut) {
        RoomStore.Purge purge = purge(cell, state, cut);
        long removed = 0;
        for (int step = 0; step < ROUND_STEPS_MAX; step++) {
            int now = rooms.store().purge(cell.nid(), purge, STEP_ROWS);
            removed += now;
            if (now < STEP_ROWS) {
                break;
            }
        }
        rooms.events().forgetRoom(cell.nid());
        rooms.snapshots().forgetRoom(cell.nid());
        return removed;
    }

    /// What stays below the cut: the states that what stays refers to, and all auth chains.
    private RoomStore.Purge purge(RoomCell cell, RoomState state, long cut) {
        RoomStore.Survivors survivors = rooms.store().survivors(cell.nid(), cut);
        BitSet states = new BitSet();
        BitSet kept = new BitSet();
        states.set(state.head().snap());
        setAll(states, survivors.snapshots());
        setAll(kept, survivors.events());
        for (int ev : state.head().extremities()) {
            EventRow row = state.event(ev).orElseThrow().row();
            setAll(states, row.snapBefore(), row.snapAfter());
            kept.set(ev);
            setAll(kept, row.auth());
        }
        states.clear(0);
        BitSet snapshots = new BitSet();
        states.stream().forEach(snap -> {
            setAll(kept, rooms.store().snapshot(cell.nid(), snap));
            keepSnapshot(cell, snap, snapshots);
        });
        int[] known = kept.stream().filter(ev -> state.event(ev).isPresent()).toArray();
        setAll(kept, state.authChain(known));
        return new RoomStore.Purge(
                cut, kept.stream().toArray(), snapshots.stream().toArray());
    }

    private static void setAll(BitSet bits, int... numbers) {
        for (int number : numbers) {
            bits.set(number);
        }
    }

    /// With those that it is stored as a difference to.
    private void keepSnapshot(RoomCell cell, int snap, BitSet snapshots) {
        int next = snap;
        while (next != 0 && !snapshots.get(next)) {
            snapshots.set(next);
            next = rooms.store()
                    .snapshotRow(cell.nid(), next)
                    .map(SnapshotRow::parent)
                    .orElse(0);
        }
    }

    @Override
    public Outcome delete(RoomId room) {
        Optional<RoomCell> cell = rooms.find(room);
        if (cell.isEmpty()) {
            return new Outcome.Failed(
                    Problem.of(ErrorCode.NOT_FOUND, "this server has no such room"));
        }
        if (cell.get().committed().locals().length > 0) {
            return new Outcome.Failed(Problem.of(
                    ErrorCode.CONFLICT, "local users are in the room: they have to leave first"));
        }
        long removed = cell.get().standStill(_ -> {
            long gone = remove(cell.get().nid());
            rooms.drop(cell.get());
            return gone;
        });
        rooms.userRooms().allChanged();
        rooms.events().forgetRoom(cell.get().nid());
        rooms.snapshots().forgetRoom(cell.get().nid());
        return new Outcome.Done(removed);
    }

    private long remove(long roomNid) {
        long removed = 0;
        int now;
        do {
            now = rooms.store().delete(roomNid, STEP_ROWS);
            removed += now;
        } while (now == STEP_ROWS);
        return removed;
    }
}
