package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/// Rooms whose history has many ends, and many commands at one time.
class ManyEndsTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer eu = network.server("eu.example");
    private final TestServer us = network.server("us.example");

    private VerifiedPdu beside(RoomId room, int number) {
        var view = us.view(room);
        var end = view.events(view.head().extremities()).getFirst().row();
        var draft = new EventDraft(
                Optional.of(room),
                us.user("bob"),
                number % 2 == 0 ? "m.room.message" : "im.holm.note",
                number % 2 == 0 ? Optional.empty() : Optional.of(us.user("bob").toString()),
                TestServer.text("side " + number),
                List.of(end.eventId()),
                List.of(
                        view.stateEvent(StateKey.POWER_LEVELS)
                                .orElseThrow()
                                .row()
                                .eventId(),
                        view.stateEvent(StateKey.member(us.user("bob")))
                                .orElseThrow()
                                .row()
                                .eventId()),
                end.depth() + 1,
                network.time.millis());
        return ((SignedEvent.Signed) EventSigning.sign(RoomVersions.V12, draft, us.signer)).event();
    }

    @Test
    void manyEndsAreTiedTogetherTenAtATime() {
        RoomId room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        eu.state(room, "alice", "m.room.power_levels", JsonObject.EMPTY.with("state_default", 0));
        network.deliver();
        List<VerifiedPdu> sides =
                IntStream.range(0, 30).mapToObj(i -> beside(room, i)).toList();
        for (VerifiedPdu side : sides) {
            assertThat(eu.receive(us.name, side.pdu().json()))
                    .isInstanceOf(InboundRooms.ReceiveOutcome.Accepted.class);
        }
        // With each 21st end an event of our own has tied ten together.
        assertThat(eu.view(room).head().extremities()).hasSize(12);
        eu.restart();
        var first = eu.say(room, "alice", "tie 1");
        assertThat(eu.event(room, first).pdu().prevEvents()).hasSize(10);
        for (int i = 2; i <= 4; i++) {
            eu.say(room, "alice", "tie " + i);
        }
        assertThat(eu.view(room).head().extremities()).hasSize(1);
        network.deliver();
        eu.say(room, "alice", "all together");
        network.deliver();
        assertThat(us.stateIds(room)).isEqualTo(eu.stateIds(room));
    }

    @Test
    void commandsThatAreInFlightTogetherAreOneBatchInOrder() throws InterruptedException {
        RoomId room = eu.createRoom("alice");
        int before = eu.journal.commits();
        var senders = IntStream.range(0, 40)
                .mapToObj(i -> Thread.ofVirtual().start(() -> eu.say(room, "alice", "m" + i)))
                .toList();
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(eu.bodies(room)).hasSize(40).doesNotHaveDuplicates();
        assertThat(eu.journal.commits() - before).isLessThanOrEqualTo(40);
        var view = eu.view(room);
        assertThat(view.head().extremities()).hasSize(1);
        eu.restart();
        assertThat(eu.view(room).head()).usingRecursiveComparison().isEqualTo(view.head());
    }

    @Test
    void commandsInFlightSurviveAFailedBatchOrSayThatTheyFailed() throws InterruptedException {
        RoomId room = eu.createRoom("alice");
        eu.journal.failNext(2);
        var outcomes = new ConcurrentLinkedQueue<RoomCommands.SendOutcome>();
        var senders = IntStream.range(0, 20)
                .mapToObj(i -> Thread.ofVirtual()
                        .start(() -> outcomes.add(eu.send(
                                room, "alice", "m.room.message", TestServer.text("m" + i)))))
                .toList();
        for (Thread sender : senders) {
            sender.join();
        }
        long sent = outcomes.stream()
                .filter(RoomCommands.SendOutcome.Sent.class::isInstance)
                .count();
        assertThat(eu.bodies(room)).hasSize((int) sent);
        assertThat(outcomes)
                .hasSize(20)
                .anyMatch(RoomCommands.SendOutcome.Failed.class::isInstance);
        eu.say(room, "alice", "fine again");
        assertThat(eu.bodies(room)).endsWith("fine again");
    }

    @Test
    void aTailThatIsTooShortIsReadFromTheStore() {
        RoomId room = eu.createRoom("alice");
        var start = eu.journal.visible();
        for (int i = 0; i < 200; i++) {
            eu.say(room, "alice", "m" + i);
        }
        var page = eu.view(room).since(start, eu.journal.visible(), 150);
        assertThat(page.limited()).isTrue();
        assertThat(page.events()).hasSize(150);
        assertThat(page.events().getFirst().content().string("body")).contains("m50");
        assertThat(eu.view(room).page(page.start(), true, 1).events())
                .first()
                .extracting(event -> event.content().string("body").orElseThrow())
                .isEqualTo("m49");
        var all = eu.view(room).since(start, eu.journal.visible(), 500);
        assertThat(all.events()).hasSize(200);
        assertThat(all.limited()).isFalse();
        var cut = eu.journal.read(start, eu.journal.visible(), 10).get(9).position();
        assertThat(eu.view(room).since(start, start.with(cut), 500).events()).hasSize(10);
        assertThat(eu.view(room).snapAt(start)).isEqualTo(eu.view(room).head().snap());
    }
}
