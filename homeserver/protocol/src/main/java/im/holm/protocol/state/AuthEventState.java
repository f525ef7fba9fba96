package im.holm.protocol.state;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

import java.util.Optional;

/// The state that an event's own auth events show.
///
/// @param ev the event
/// @param createEv the room's create event or [StateMap#ABSENT]; used where events do not list
///     it
/// @param acceptedOnly whether auth events that were rejected are passed over
record AuthEventState(int ev, int createEv, boolean acceptedOnly, AuthGraph graph)
        implements AuthState {
    @Override
    public Optional<Pdu> get(StateKey key) {
        int found = find(key);
        return found == StateMap.ABSENT ? Optional.empty() : Optional.of(graph.event(found));
    }

    int find(StateKey key) {
        for (int auth : graph.auth(ev)) {
            Pdu event = graph.event(auth);
            boolean matches = event.type().equals(key.type())
                    && event.stateKey().filter(key.key()::equals).isPresent();
            if (matches && !(acceptedOnly && graph.rejected(auth))) {
                return auth;
            }
        }
        boolean isCreate = key.equals(StateKey.CREATE);
        return isCreate && graph.event(ev).version().roomIdIsCreateHash()
                ? createEv
                : StateMap.ABSENT;
    }
}
