package im.holm.engine.core;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.state.StateMap;
import im.holm.protocol.state.StateResolution;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// States of a draft: joining branches, and giving each state its one snapshot.
final class Resolving {

    private Resolving() {}

    /// The state after these events, resolved; empty if a snapshot is wanted first.
    static Optional<Snapshot> after(RoomDraft draft, int[] evs) {
        if (evs.length == 1) {
            return after(draft, evs[0]);
        }
        Map<Integer, Snapshot> states = new TreeMap<>();
        boolean complete = true;
        for (int ev : evs) {
            Optional<Snapshot> state = after(draft, ev);
            state.ifPresent(found -> states.put(found.snap(), found));
            complete &= state.isPresent();
        }
        return complete
                ? Optional.of(resolve(draft, List.copyOf(states.values())))
                : Optional.empty();
    }

    private static Optional<Snapshot> after(RoomDraft draft, int ev) {
        return draft.wantedEvent(ev).flatMap(event -> draft.snapshot(event.row().snapAfter()));
    }

    static Snapshot resolve(RoomDraft draft, List<Snapshot> states) {
        if (states.isEmpty()) {
            return Snapshot.EMPTY;
        }
        if (states.size() == 1) {
            return states.getFirst();
        }
        StateMap resolved = StateResolution.resolve(
                draft.identity().version(),
                states.stream().map(Snapshot::map).toList(),
                draft.graph());
        return snapshotOf(draft, states.getFirst(), resolved);
    }

    /// The snapshot of a state that is near to `near`: the one there is, or a new one.
    static Snapshot snapshotOf(RoomDraft draft, Snapshot near, StateMap state) {
        if (state.isEmpty()) {
            return Snapshot.EMPTY;
        }
        StateDigest digest = near.digestOf(draft.roomId(), state);
        Integer known = draft.digests.get(digest);
        if (known != null && known > 0) {
            Snapshot found = draft.snapshots.get(known);
            if (found != null) {
                return found;
            }
            draft.wanted.snapshot(known);
        } else if (known == null && !isCertainlyNew(draft, near, state)) {
            draft.wanted.digest(digest);
        }
        Snapshot.Made made = near.next(draft.head.nextSnap(), state, digest);
        draft.newSnapshot(made);
        return made.snapshot();
    }

    /// A state with an event that was not there before this step is stored nowhere.
    private static boolean isCertainlyNew(RoomDraft draft, Snapshot near, StateMap state) {
        int firstNew = draft.base.head().nextEv();
        return near.map().diff(state).stream().anyMatch(change -> change.after() >= firstNew);
    }

    /// A state as the auth rules read it.
    static AuthState authState(RoomDraft draft, StateMap state) {
        return key -> {
            int ev = state.find(key);
            return ev == StateMap.ABSENT ? Optional.empty() : draft.event(ev).map(KnownEvent::pdu);
        };
    }

    /// The room's accepted create event, where the room's id names it and so no event lists it.
    static Optional<Pdu> createByRoomId(RoomDraft draft) {
        if (!draft.identity().version().roomIdIsCreateHash()) {
            return Optional.empty();
        }
        return draft.roomId()
                .createEvent()
                .map(draft.byId::get)
                .flatMap(draft::event)
                .filter(create -> !create.has(EventFlags.REJECTED))
                .map(KnownEvent::pdu);
    }
}
