package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomPurging.Outcome;
import im.holm.engine.core.GapReason;
import im.holm.engine.core.Membership;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;

import org.junit.jupiter.api.Test;

import java.time.Instant;

/// Removing history, on one server and beside others that keep it.
class HistoryPurgingTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer eu = network.server("eu.example");
    private final TestServer us = network.server("us.example");

    private static long removed(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done(long events) -> events;
            case Outcome.Failed failed -> throw new AssertionError(failed);
        };
    }

    private Instant now() {
        return network.time.instant();
    }

    @Test
    void historyGoesAndTheStateAndWhatCameAfterStay() {
        RoomId room = eu.createRoom("alice");
        eu.setState(room, "alice", "m.room.name", "name", "kept");
        EventId old = eu.say(room, "alice", "old");
        for (int i = 0; i < 20; i++) {
            eu.setState(room, "alice", "m.room.topic", "topic", "topic " + i);
            eu.say(room, "alice", "old " + i);
        }
        var state = eu.stateIds(room);
        Instant cut = now();
        EventId first = eu.say(room, "alice", "new");

        // 20 messages and the first, 19 topics that are no longer in force.
        assertThat(removed(eu.engine.purging().purge(room, cut))).isEqualTo(40);

        assertThat(eu.bodies(room)).containsExactly("new");
        assertThat(eu.view(room).event(old)).isEmpty();
        assertThat(eu.stateIds(room)).isEqualTo(state);
        var page = eu.view(room).page(Long.MAX_VALUE, true, 100);
        assertThat(page.events()).hasSize(1);
        assertThat(page.exhausted()).isTrue();
        assertThat(page.gap()).isFalse();
        assertThat(eu.store.gaps(eu.view(room).identity().roomNid()))
                .singleElement()
                .satisfies(gap -> assertThat(gap.reason()).isEqualTo(GapReason.PURGED));
        assertThat(eu.view(room).event(first)).isPresent();
        assertThat(removed(eu.engine.purging().purge(room, cut))).isZero();
    }

    @Test
    void aPurgedRoomGoesOnAlsoAfterARestart() {
        RoomId room = eu.createRoom("alice");
        for (int i = 0; i < 70; i++) {
            eu.setState(room, "alice", "m.room.topic", "topic", i % 2 == 0 ? "even" : "odd");
        }
        Instant cut = now();
        eu.say(room, "alice", "kept");
        removed(eu.engine.purging().purge(room, cut));
        // A state that was there before the cut comes back: its snapshot may have gone.
        for (int i = 0; i < 5; i++) {
            eu.setState(room, "alice", "m.room.topic", "topic", i % 2 == 0 ? "even" : "odd");
            eu.say(room, "alice", "after " + i);
        }
        eu.restart();
        eu.say(room, "alice", "after the restart");
        eu.join(room, "carol");
        assertThat(eu.bodies(room))
                .containsExactly(
                        "kept",
                        "after 0",
                        "after 1",
                        "after 2",
                        "after 3",
                        "after 4",
                        "after the restart");
        assertThat(eu.view(room).stateEvent(StateKey.of("m.room.topic")))
                .hasValueSatisfying(
                        topic -> assertThat(topic.content().string("topic")).contains("even"));
    }

    @Test
    void whatWasPurgedIsNotFetchedAgainAndTheOtherServerKeepsIt() {
        RoomId room = eu.createRoom("alice");
        eu.say(room, "alice", "old");
        us.join(room, "bob", eu);
        eu.say(room, "alice", "middle");
        network.deliver();
        Instant cut = now();
        us.say(room, "bob", "new");
        network.deliver();

        removed(us.engine.purging().purge(room, cut));

        assertThat(us.bodies(room)).containsExactly("new");
        var page = us.view(room).page(Long.MAX_VALUE, true, 100);
        assertThat(page.exhausted()).isTrue();
        assertThat(us.view(room).fill(page.end(), 100)).isFalse();
        assertThat(us.bodies(room)).containsExactly("new");
        assertThat(eu.bodies(room)).containsExactly("old", "middle", "new");

        eu.say(room, "alice", "goes on");
        network.deliver();
        us.say(room, "bob", "on both sides");
        network.deliver();
        assertThat(us.bodies(room)).containsExactly("new", "goes on", "on both sides");
        assertThat(eu.bodies(room)).endsWith("goes on", "on both sides");
        assertThat(us.stateIds(room)).isEqualTo(eu.stateIds(room));
    }

    @Test
    void aRoomIsDeletedWhenNobodyHereIsInItAndCanBeJoinedAnew() {
        RoomId room = eu.createRoom("alice");
        eu.say(room, "alice", "hello");
        us.join(room, "bob", eu);
        network.deliver();

        assertThat(us.engine.purging().delete(room)).isInstanceOf(Outcome.Failed.class);

        us.change(room, "bob", us.user("bob"), Membership.LEAVE);
        network.deliver();
        assertThat(removed(us.engine.purging().delete(room))).isPositive();
        assertThat(us.engine.reader().room(room)).isEmpty();
        assertThat(us.engine.memberships().ofUser(us.user("bob"))).isEmpty();
        assertThat(us.engine.purging().delete(room)).isInstanceOf(Outcome.Failed.class);

        eu.say(room, "alice", "meanwhile");
        us.join(room, "bob", eu);
        network.deliver();
        us.say(room, "bob", "back");
        network.deliver();
        assertThat(us.bodies(room)).containsExactly("back");
        assertThat(eu.bodies(room)).containsExactly("hello", "meanwhile", "back");
    }

    @Test
    void aRoomThatNobodyHereIsInHasNoHistoryToPurge() {
        RoomId room = eu.createRoom("alice");
        eu.change(room, "alice", eu.user("alice"), Membership.LEAVE);
        assertThat(eu.engine.purging().purge(room, now())).isInstanceOf(Outcome.Failed.class);
    }
}
