package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.KnownEvent;
import im.holm.engine.core.RoomState;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.state.StateMap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/// States of a room as whole events, with their auth chains.
final class StateReading {

    private final RoomState room;
    private final IntFunction<StateMap> stored;

    StateReading(Rooms rooms, RoomCell cell) {
        this.room = cell.committed().state();
        this.stored = snap -> rooms.snapshots().state(cell.nid(), snap);
    }

    record StateAt(List<VerifiedPdu> state, List<VerifiedPdu> authChain) {}

    StateAt before(EventRow row) {
        int[] state = map(row.snapBefore()).events();
        Arrays.sort(state);
        int[] named = Arrays.copyOf(state, state.length + row.auth().length);
        System.arraycopy(row.auth(), 0, named, state.length, row.auth().length);
        return new StateAt(events(state), events(chain(named, row.auth())));
    }

    StateMap map(int snap) {
        return snap == 0 ? StateMap.EMPTY : room.state(snap).orElseGet(() -> stored.apply(snap));
    }

    /// The auth chain of these events, the auth events of the event itself included.
    private int[] chain(int[] named, int[] auth) {
        int[] chain = room.authChain(named);
        int[] whole = Arrays.copyOf(chain, chain.length + auth.length);
        System.arraycopy(auth, 0, whole, chain.length, auth.length);
        return Arrays.stream(whole).sorted().distinct().toArray();
    }

    List<VerifiedPdu> events(int[] evs) {
        List<VerifiedPdu> events = new ArrayList<>(evs.length);
        for (int ev : evs) {
            room.event(ev).map(KnownEvent::pdu).map(VerifiedPdu::new).ifPresent(events::add);
        }
        return events;
    }
}
