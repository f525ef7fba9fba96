package im.holm.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.VerifiedPdu;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    @Test
    void whatOnlyASoftFailedEventFollowsIsNewAndAnEndOfTheRoom() {
        room.open();
        VerifiedPdu join = room.join(room.mallory, room.end());
        VerifiedPdu message = room.messageAfter(join, join.eventId());
        List<VerifiedPdu> told = new ArrayList<>(room.current());
        told.add(join);
        room.enter(message, told);
        assertThat(room.row(message).has(EventFlags.SOFT_FAILED)).isTrue();
        int gap = room.state().gaps().getFirst().gap();

        room.step(new RoomInput.Fetched(gap, List.of(join), Map.of()));

        assertThat(room.row(join).has(EventFlags.BACKFILLED)).isFalse();
        assertThat(room.row(join).tl()).isNotEqualTo(EventRow.NO_TL);
        assertThat(room.ends()).containsExactly(join.eventId());
        assertThat(room.state().gaps()).isEmpty();
    }

    @Test
    void anEventThatWasNotAskedForTakesNoPlaceInAGap() {
        VerifiedPdu late = room.topic("late", room.end());
        VerifiedPdu top = room.message(room.alice, late.eventId());
        room.enter(top, room.current());
        int gap = room.state().gaps().getFirst().gap();
        VerifiedPdu other = room.message(room.alice, top.eventId());

        room.step(new RoomInput.Fetched(gap, List.of(other, late), Map.of()));

        assertThat(room.ends()).containsExactly(top.eventId());
        assertThat(room.state().event(other.eventId())).isEmpty();
        assertThat(room.row(late).has(EventFlags.BACKFILLED)).isTrue();
    }
}
