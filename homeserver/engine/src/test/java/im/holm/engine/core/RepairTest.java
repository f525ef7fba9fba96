package im.holm.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What history that comes late does to the states above it.
class RepairTest {

    private static final StateKey TOPIC = new StateKey("m.room.topic", "");

    private final CoreRoom room = new CoreRoom();

    @Test
    void aToldStateStaysUntilAllThatItStandsForIsThere() {
        EventId first = room.end();
        VerifiedPdu first1 = room.message(room.alice, first);
        VerifiedPdu first2 = room.message(room.alice, first1.eventId());
        VerifiedPdu second = room.topic("of the second branch", first);
        VerifiedPdu both = room.message(room.alice, first2.eventId(), second.eventId());
        room.enter(first2, room.current());
        List<VerifiedPdu> told = new ArrayList<>(room.current());
        told.add(second);
        room.enter(both, told);
        assertThat(topic(room.state())).isPresent();

        room.receive(first1);
        assertThat(room.row(both).has(EventFlags.PARTIAL_STATE)).isTrue();
        assertThat(topic(room.state())).isPresent();

        room.receive(second);
        assertThat(room.row(both).has(EventFlags.PARTIAL_STATE)).isFalse();
        assertThat(topic(room.state())).contains(second.eventId());
    }

    private static Optional<EventId> topic(RoomState state) {
        int ev = state.current().find(TOPIC);
        return state.event(ev).map(event -> event.row().eventId());
    }
}
