package im.holm.protocol.receipt;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A state that remembers what was asked of it, each place once, in the order of asking.
final class WatchedState implements AuthState {
    private final AuthState state;
    private final List<Consulted> consulted = new ArrayList<>(6);

    WatchedState(AuthState state) {
        this.state = state;
    }

    @Override
    public Optional<Pdu> get(StateKey key) {
        return answer(key, state.get(key));
    }

    @Override
    public Optional<Pdu> create() {
        return answer(StateKey.CREATE, state.create());
    }

    private Optional<Pdu> answer(StateKey key, Optional<Pdu> event) {
        for (Consulted before : consulted) {
            if (before.place().equals(key)) {
                return event;
            }
        }
        consulted.add(new Consulted(key, event));
        return event;
    }

    List<Consulted> consulted() {
        return List.copyOf(consulted);
    }
}
