package im.holm.protocol.auth;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

import java.util.Optional;

/// The state that an event is checked against.
public interface AuthState {
    Optional<Pdu> get(StateKey key);

    /// The room's accepted create event. Where the room id names it, no event lists it among
    /// its auth events, and whoever makes this state supplies it all the same.
    default Optional<Pdu> create() {
        return get(StateKey.CREATE);
    }
}
