package im.holm.engine.core;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.AuthEvents;
import im.holm.protocol.receipt.Finding;
import im.holm.protocol.receipt.Receipt;
import im.holm.protocol.receipt.ReceiptCheck;
import im.holm.protocol.state.StateMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Brings the room's events and states to the checks of [Receipt] that are made by the auth rules.
final class Checking {

    private Checking() {}

    /// The numbers of an event's auth events, empty if one is not known. All state events are
    /// in memory, so what is not there is not known at all or no state event.
    static Optional<int[]> authNumbers(RoomDraft draft, Pdu event) {
        List<Integer> numbers = new ArrayList<>();
        for (EventId id : event.authEvents()) {
            Integer ev = draft.byId.get(id);
            if (ev == null) {
                return Optional.empty();
            }
            numbers.add(ev);
        }
        return Optional.of(numbers.stream().mapToInt(Integer::intValue).toArray());
    }

    /// Check 4.
    static Finding byAuthEvents(RoomDraft draft, Pdu event, int[] auth) {
        return Receipt.byAuthEvents(event, authEvents(draft, auth));
    }

    /// Checks 4 and 5.
    static Receipt.AtPlace atPlace(
            RoomDraft draft, VerifiedPdu event, int[] auth, StateMap before) {
        int create = draft.current().map().find(StateKey.CREATE);
        return Receipt.atPlace(
                event,
                authEvents(draft, auth),
                Resolving.authState(draft, before),
                create == StateMap.ABSENT
                        ? Optional.empty()
                        : draft.event(create).map(known -> known.row().eventId()));
    }

    /// Check 6. Where the state before the event is the current one, there is nothing to ask.
    static Receipt.Now now(RoomDraft draft, AllowedPdu event, Snapshot before) {
        return before.snap() == draft.head.snap()
                ? Receipt.nothingSince(event)
                : Receipt.now(event, Resolving.authState(draft, draft.current().map()));
    }

    private static AuthEvents authEvents(RoomDraft draft, int[] auth) {
        List<AuthEventList.Entry> entries = new ArrayList<>();
        for (int ev : auth) {
            KnownEvent known = draft.event(ev).orElseThrow();
            entries.add(new AuthEventList.Entry(known.pdu(), known.has(EventFlags.REJECTED)));
        }
        return new AuthEvents(entries, Resolving.createByRoomId(draft));
    }

    /// Why an event fails, with the number of the check and of the rule.
    static String reason(RoomDraft draft, Finding failure) {
        ReceiptCheck check = failure.check();
        return "check " + check.number() + " (" + check.title() + "): "
                + failure.text(draft.identity().version());
    }
}
