package im.holm.engine.core;

import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.receipt.Receipt.AtPlace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// When the history below an event has been fetched, the state before it follows from that, and
/// what another server had told of it is given up: a told state is never the final word. What
/// changed is walked on to the events that follow, and one fact tells of the new current state.
///
/// An event that was allowed by the told state and is not by the walked one becomes rejected; a
/// later repair that knows more takes that back. What was rejected when it came is not taken in
/// later.
final class Repairing {

    /// How far back an event may lie whose state is still walked on, in events.
    static final int EVENTS_MAX = RoomState.OTHERS_MAX;

    private final RoomDraft draft;
    private final Map<Integer, Set<Integer>> children = new HashMap<>();

    private Repairing(RoomDraft draft) {
        this.draft = draft;
    }

    /// @param connected events whose previous events have become known
    static void repair(RoomDraft draft, Set<Integer> connected) {
        var roots = new TreeSet<Integer>();
        for (int ev : connected) {
            draft.wantedEvent(ev)
                    .filter(event -> isComplete(draft, event))
                    .ifPresent(event -> roots.add(ev));
        }
        if (!roots.isEmpty() && draft.head.nextEv() - roots.first() <= EVENTS_MAX) {
            new Repairing(draft).walk(roots);
        }
    }

    private static boolean isComplete(RoomDraft draft, KnownEvent event) {
        for (EventId id : event.pdu().prevEvents()) {
            if (draft.event(id).filter(known -> known.row().hasPlace()).isEmpty()) {
                return false;
            }
        }
        return event.row().hasPlace();
    }

    private void walk(TreeSet<Integer> roots) {
        for (int ev = roots.first(); ev < draft.head.nextEv(); ev++) {
            int child = ev;
            draft.wantedEvent(ev).ifPresent(event -> {
                for (int prev : event.row().prev()) {
                    children.computeIfAbsent(prev, key -> new TreeSet<>()).add(child);
                }
            });
        }
        if (!draft.wanted.isEmpty()) {
            return;
        }
        boolean changed = false;
        for (int ev : inOrder(roots)) {
            changed |= recompute(draft.event(ev).orElseThrow());
        }
        if (changed) {
            Resolving.after(draft, draft.head.extremities())
                    .ifPresent(state -> CurrentState.change(draft, state, EventRow.NO_FACT));
        }
    }

    /// The events and all that follow them, each after those of its previous events that are
    /// among them.
    private List<Integer> inOrder(Set<Integer> roots) {
        Set<Integer> affected = new HashSet<>();
        List<Integer> open = new ArrayList<>(roots);
        while (!open.isEmpty()) {
            int ev = open.removeLast();
            if (affected.add(ev)) {
                open.addAll(children.getOrDefault(ev, Set.of()));
            }
        }
        Map<Integer, Integer> parents = new HashMap<>();
        affected.forEach(ev -> children.getOrDefault(ev, Set.of())
                .forEach(child -> parents.merge(child, 1, Integer::sum)));
        List<Integer> ordered = new ArrayList<>();
        affected.stream().filter(ev -> !parents.containsKey(ev)).sorted().forEach(open::add);
        while (!open.isEmpty()) {
            int ev = open.removeLast();
            ordered.add(ev);
            for (int child : children.getOrDefault(ev, Set.of())) {
                if (parents.merge(child, -1, Integer::sum) == 0) {
                    open.add(child);
                }
            }
        }
        return ordered;
    }

    /// @return whether the state after the event is another one than before
    private boolean recompute(KnownEvent event) {
        EventRow row = event.row();
        Optional<Snapshot> before = Resolving.after(draft, row.prev());
        if (before.isEmpty() || !row.hasPlace() || draft.lacksParents(event)) {
            return false; // what was told stays until all that it follows is there
        }
        int flags = row.flags() & ~EventFlags.PARTIAL_STATE;
        boolean same = before.get().snap() == row.snapBefore();
        if (same && flags == row.flags()) {
            return false;
        }
        if (!same && wasTakenIn(row)) {
            AtPlace verdict = Checking.atPlace(
                    draft,
                    new VerifiedPdu(event.pdu()),
                    row.auth(),
                    before.get().map());
            flags &= ~EventFlags.REJECTED;
            flags |= verdict instanceof AtPlace.Allowed ? 0 : EventFlags.REJECTED;
        }
        boolean holds = event.isState() && (flags & EventFlags.REJECTED) == 0;
        Snapshot after = holds
                ? Resolving.snapshotOf(
                        draft,
                        before.get(),
                        before.get().map().put(event.place().orElseThrow(), row.ev()))
                : before.get();
        draft.change(
                event.with(row.withStates(flags, before.get().snap(), after.snap())),
                Optional.empty());
        boolean nowRejected = (flags & EventFlags.REJECTED) != 0;
        if (nowRejected != row.has(EventFlags.REJECTED) && row.tl() != EventRow.NO_TL) {
            draft.fact(new RoomFact.Changed(row.ev()));
        }
        return after.snap() != row.snapAfter();
    }

    /// Whether the event was not rejected when it came: if it is now, a repair did it, on a
    /// state that may have been half known, and a later one may take it back.
    private static boolean wasTakenIn(EventRow row) {
        return !row.has(EventFlags.REJECTED)
                || row.tl() != EventRow.NO_TL
                || row.has(EventFlags.SOFT_FAILED)
                || row.has(EventFlags.HIDDEN);
    }
}
