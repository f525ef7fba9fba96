package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.engine.core.Membership;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Events that another server sends in one transaction.
final class TogetherTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer eu = network.server("eu.example");
    private final TestServer us = network.server("us.example");
    private RoomId room;

    @BeforeEach
    void bothAreInARoom() {
        room = eu.createRoom("alice", RoomVersions.V12);
        us.join(room, "bob", eu);
        network.deliver();
    }

    private List<JsonObject> messages(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> pdu(eu.say(room, "alice", "m" + i)))
                .toList();
    }

    private JsonObject pdu(EventId id) {
        return eu.event(room, id).pdu().json();
    }

    private List<ReceiveOutcome> receive(List<JsonObject> pdus) {
        return us.engine.inbound().receive(eu.name, pdus);
    }

    @Test
    void theyAreOneCommitAndKeepTheirOrder() {
        List<JsonObject> pdus = messages(10);
        int before = us.journal.commits();

        assertThat(receive(pdus))
                .hasOnlyElementsOfType(ReceiveOutcome.Accepted.class)
                .hasSize(10);

        assertThat(us.journal.commits()).isEqualTo(before + 1);
        assertThat(us.bodies(room)).isEqualTo(eu.bodies(room));
    }

    @Test
    void oneThatIsBrokenHarmsNoneOfTheOthers() {
        List<JsonObject> pdus = new ArrayList<>(messages(3));
        pdus.add(1, JsonObject.EMPTY.with("room_id", room.text()));
        pdus.add(pdus.getFirst());

        List<ReceiveOutcome> outcomes = receive(pdus);

        assertThat(outcomes.get(1)).isInstanceOf(ReceiveOutcome.Dropped.class);
        assertThat(outcomes.get(4)).isInstanceOf(ReceiveOutcome.Known.class);
        assertThat(us.bodies(room)).containsExactly("m0", "m1", "m2");
    }

    @Test
    void whatFollowsABanInTheSameTransactionIsNotShown() {
        TestServer far = network.server("far.example");
        far.join(room, "carol", eu);
        network.deliver();
        EventId late = far.say(room, "carol", "too late");
        EventId ban =
                TestServer.changed(eu.change(room, "alice", far.user("carol"), Membership.BAN));
        List<JsonObject> pdus = List.of(
                pdu(ban), far.event(room, late).pdu().json(), pdu(eu.say(room, "alice", "after")));

        List<ReceiveOutcome> outcomes = receive(pdus);

        assertThat(outcomes.get(1)).isInstanceOf(ReceiveOutcome.SoftFailed.class);
        assertThat(us.bodies(room)).containsExactly("after");
    }

    @Test
    void whatCouldNotBeStoredIsSaidAndTakenWhenItComesAgain() {
        List<JsonObject> pdus = messages(5);
        us.journal.failNext(1);

        assertThat(receive(pdus)).anyMatch(ReceiveOutcome.Unavailable.class::isInstance);

        assertThat(receive(pdus))
                .allMatch(outcome -> outcome instanceof ReceiveOutcome.Accepted
                        || outcome instanceof ReceiveOutcome.Known);
        assertThat(us.bodies(room)).isEqualTo(eu.bodies(room));
    }
}
