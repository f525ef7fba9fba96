package im.holm.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.VerifiedPdu;

import org.junit.jupiter.api.Test;

/// Which events the next one follows, when others come before what they follow themselves.
class RoomEndsTest {

    private final CoreRoom room = new CoreRoom();

    @Test
    void anEventThatOnlyARejectedOneFollowsIsAnEndOfTheRoom() {
        VerifiedPdu late = room.topic("late", room.end());
        VerifiedPdu wrong = room.message(room.mallory, late.eventId());
        room.enter(wrong, room.current());
        assertThat(room.row(wrong).has(EventFlags.REJECTED)).isTrue();

        room.receive(late);

        assertThat(room.ends()).containsExactly(late.eventId());
        assertThat(room.state().status()).isEqualTo(RoomStatus.JOINED);
    }

    @Test
    void anEventThatAnAcceptedOneFollowsIsNoEnd() {
        VerifiedPdu late = room.topic("late", room.end());
        VerifiedPdu next = room.message(room.alice, late.eventId());
        room.enter(next, room.current());

        room.receive(late);

        assertThat(room.ends()).containsExactly(next.eventId());
    }
}
