package im.holm.protocol.auth;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rules about an event's `auth_events` list itself (rule 3 of room version 12, rule 2 of
/// versions 1 to 11).
public final class AuthEventList {
    private AuthEventList() {}

    /// One event of the list.
    ///
    /// @param rejected whether that event was rejected when it was received
    public record Entry(Pdu event, boolean rejected) {}

    /// @param entries all events that the list names
    public static AuthVerdict check(Pdu event, List<Entry> entries) {
        if (event.type().equals(EventTypes.CREATE)) {
            return SpecRule.AUTH_EVENTS.allows();
        }
        // 12: 3.1, 11: 2.1
        if (new HashSet<>(event.authEvents()).size() < event.authEvents().size()) {
            return SpecRule.AUTH_EVENTS_DUPLICATE.denies("an auth event is named twice");
        }
        List<StateKey> selected = AuthSelection.typesFor(event);
        Set<StateKey> seen = new HashSet<>();
        for (Entry entry : entries) {
            Optional<StateKey> place = entry.event().statePlace();
            // 12: 3.1, 11: 2.1
            if (place.isPresent() && !seen.add(place.get())) {
                return SpecRule.AUTH_EVENTS_DUPLICATE.denies("two auth events for " + place.get());
            }
            // 12: 3.2, 11: 2.2
            if (place.isEmpty() || !selected.contains(place.get())) {
                return SpecRule.AUTH_EVENTS_UNSELECTED.denies(
                        entry.event() + " gives no permission for " + event);
            }
            // 12: 3.3, 11: 2.3
            if (entry.rejected()) {
                return SpecRule.AUTH_EVENTS_REJECTED.denies(entry.event() + " was rejected");
            }
            // 12: 3.5, 11: 2.5
            if (!entry.event().roomId().equals(event.roomId())) {
                return SpecRule.AUTH_EVENTS_OTHER_ROOM.denies(
                        entry.event() + " is in another room");
            }
        }
        // 11: 2.4
        if (!event.version().roomIdIsCreateHash() && !seen.contains(StateKey.CREATE)) {
            return SpecRule.AUTH_EVENTS_NO_CREATE.denies("no create event among the auth events");
        }
        return SpecRule.AUTH_EVENTS.allows();
    }
}
