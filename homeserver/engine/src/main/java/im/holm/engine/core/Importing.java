package im.holm.engine.core;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.state.StateMap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes in state events that another server tells of, without a place in the timeline (outliers).
/// Each is checked against its own auth events; what these do not allow is kept as rejected, and
/// what lacks them is left out.
final class Importing {

    private Importing() {}

    static void outliers(RoomDraft draft, Collection<VerifiedPdu> events) {
        for (VerifiedPdu event : byAuth(events)) {
            outlier(draft, event.pdu());
        }
    }

    private static void outlier(RoomDraft draft, Pdu event) {
        boolean fits = event.isState() && event.roomId().equals(draft.roomId());
        if (!fits || draft.byId.has(event.eventId())) {
            return;
        }
        Checking.authNumbers(draft, event).ifPresent(auth -> {
            boolean allowed = Checking.byAuthEvents(draft, event, auth).passed();
            int flags = EventTraits.flags(event)
                    | EventFlags.OUTLIER
                    | (allowed ? 0 : EventFlags.REJECTED);
            draft.add(new KnownEvent(row(draft.head.nextEv(), event, flags, auth), event));
        });
    }

    static EventRow row(int ev, Pdu event, int flags, int[] auth) {
        return new EventRow(
                ev,
                event.eventId(),
                flags,
                EventRow.NO_TL,
                0,
                EventRow.NO_FACT,
                event.type(),
                event.stateKey(),
                event.sender(),
                event.depth(),
                event.originServerTs(),
                IntSets.EMPTY,
                auth,
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                event.canonicalBytes());
    }

    /// The snapshot of a state that another server told of; takes in its events first. Rejected
    /// events and second events for a place are left out.
    static Snapshot state(RoomDraft draft, RoomInput.StateBefore told) {
        List<VerifiedPdu> all = new ArrayList<>(told.authChain());
        all.addAll(told.state());
        outliers(draft, all);
        StateMap map = StateMap.EMPTY;
        for (VerifiedPdu event : told.state()) {
            Integer ev = draft.byId.get(event.eventId());
            KnownEvent known = ev == null ? null : draft.byEv.get(ev);
            boolean holds = known != null
                    && known.isState()
                    && !known.has(EventFlags.REJECTED)
                    && !map.has(known.place().orElseThrow());
            if (holds) {
                map = map.put(known.place().orElseThrow(), ev);
            }
        }
        return Resolving.snapshotOf(draft, draft.current(), map);
    }

    /// The events without duplicates, each after those of its auth events that are among them.
    /// Ids are hashes but in room versions 1 and 2, where events of a ring are left out.
    private static List<VerifiedPdu> byAuth(Collection<VerifiedPdu> events) {
        Map<EventId, VerifiedPdu> byId = new LinkedHashMap<>();
        events.forEach(event -> byId.putIfAbsent(event.eventId(), event));
        Map<EventId, Integer> open = new HashMap<>();
        Map<EventId, List<VerifiedPdu>> dependants = new HashMap<>();
        Deque<VerifiedPdu> ready = new ArrayDeque<>();
        for (VerifiedPdu event : byId.values()) {
            List<EventId> needed = event.pdu().authEvents().stream()
                    .distinct()
                    .filter(byId::containsKey)
                    .toList();
            open.put(event.eventId(), needed.size());
            needed.forEach(id ->
                    dependants.computeIfAbsent(id, key -> new ArrayList<>()).add(event));
            if (event.pdu().type().equals(EventTypes.CREATE)) {
                ready.addFirst(event); // where the room's id names it, nobody else does
            } else if (needed.isEmpty()) {
                ready.add(event);
            }
        }
        List<VerifiedPdu> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            VerifiedPdu event = ready.poll();
            sorted.add(event);
            for (VerifiedPdu dependant : dependants.getOrDefault(event.eventId(), List.of())) {
                if (open.merge(dependant.eventId(), -1, Integer::sum) == 0) {
                    ready.add(dependant);
                }
            }
        }
        return sorted;
    }
}
