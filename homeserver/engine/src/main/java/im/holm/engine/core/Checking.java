package im.holm.engine.core;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.state.StateMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The three questions that every event is asked (server-server API, "Checks performed on receipt
/// of a PDU"): by its auth events, by the state before it, by the current state.
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

    static AuthVerdict byAuthEvents(RoomDraft draft, Pdu event, int[] auth) {
        List<AuthEventList.Entry> entries = new ArrayList<>();
        for (int ev : auth) {
            KnownEvent known = draft.event(ev).orElseThrow();
            entries.add(new AuthEventList.Entry(known.pdu(), known.has(EventFlags.REJECTED)));
        }
        AuthVerdict list = AuthEventList.check(event, entries);
        return list.isAllowed() ? AuthRules.check(event, Resolving.authState(draft, auth)) : list;
    }

    static AuthVerdict byState(RoomDraft draft, Pdu event, StateMap state) {
        if (event.type().equals(EventTypes.CREATE) && state.has(StateKey.CREATE)) {
            return AuthVerdict.denied("create.second", "the room has been created already");
        }
        return AuthRules.check(event, Resolving.authState(draft, state));
    }

    /// The first two questions.
    static AuthVerdict atItsPlace(RoomDraft draft, Pdu event, int[] auth, StateMap before) {
        boolean second = event.type().equals(EventTypes.CREATE)
                && draft.current().map().has(StateKey.CREATE)
                && draft.current().map().find(StateKey.CREATE)
                        != draft.byId.getOr(event.eventId(), StateMap.ABSENT);
        if (second) {
            return AuthVerdict.denied("create.second", "the room has another create event");
        }
        AuthVerdict byAuth = byAuthEvents(draft, event, auth);
        return byAuth.isAllowed() ? byState(draft, event, before) : byAuth;
    }

    static String reason(AuthVerdict verdict) {
        return switch (verdict) {
            case AuthVerdict.Allowed allowed -> "";
            case AuthVerdict.Denied(var rule, String why) -> rule.id() + ": " + why;
        };
    }
}
