package im.holm.protocol.receipt;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

import java.util.List;
import java.util.Optional;

/// The auth events of an event, and the state that they show.
///
/// @param entries all events that `auth_events` names
/// @param createOfRoom the room's accepted create event, where the room id names it and so nobody's
///     `auth_events` do
public record AuthEvents(List<AuthEventList.Entry> entries, Optional<Pdu> createOfRoom)
        implements AuthState {
    public AuthEvents {
        entries = List.copyOf(entries);
    }

    @Override
    public Optional<Pdu> get(StateKey key) {
        for (AuthEventList.Entry entry : entries) {
            Pdu event = entry.event();
            if (event.type().equals(key.type())
                    && event.stateKey().filter(key.key()::equals).isPresent()) {
                return Optional.of(event);
            }
        }
        return key.equals(StateKey.CREATE) ? createOfRoom : Optional.empty();
    }
}
