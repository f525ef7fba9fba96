package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.core.EventFlags;
import im.holm.journal.FactKind;
import im.holm.journal.Vector;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.OptionalLong;

/// Redactions here and from elsewhere, in order and out of it.
class RedactionTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer eu = network.server("eu.example");
    private final TestServer us = network.server("us.example");
    private RoomId room;

    @BeforeEach
    void twoServersShareARoom() {
        room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
    }

    private SendOutcome redact(TestServer server, String sender, EventId target) {
        return server.engine
                .commands()
                .send(new SendEvent(
                        room,
                        server.user(sender),
                        "m.room.redaction",
                        Optional.empty(),
                        JsonObject.EMPTY.with("reason", "spam"),
                        Optional.of(target),
                        Optional.empty(),
                        OptionalLong.empty()));
    }

    @Test
    void aRedactionPrunesItsTargetOnEveryServerAndSaysSo() {
        EventId said = us.say(room, "bob", "oops");
        network.deliver();
        Vector before = eu.journal.visible();
        EventId redaction = TestServer.sent(redact(us, "bob", said));
        network.deliver();
        for (TestServer server : network.servers.values()) {
            var event = server.view(room).event(said).orElseThrow();
            assertThat(event.content()).isEqualTo(JsonObject.EMPTY);
            assertThat(event.row().has(EventFlags.REDACTED)).isTrue();
            assertThat(event.redactedBecause().orElseThrow().eventId()).isEqualTo(redaction);
        }
        assertThat(eu.journal.read(before, eu.journal.visible(), 10))
                .extracting(entry -> entry.fact().kind())
                .containsExactly(FactKind.EVENT, FactKind.EVENT_CHANGED);
        assertThat(eu.view(room)
                        .since(Vector.ZERO, eu.journal.visible(), 1)
                        .events()
                        .getFirst()
                        .row()
                        .eventId())
                .isEqualTo(redaction);
    }

    @Test
    void whoHasNoLevelForItRedactsOnlyWhatIsOfTheirOwnServer() {
        EventId alices = eu.say(room, "alice", "mine");
        network.deliver();
        assertThat(redact(us, "bob", alices)).isInstanceOf(SendOutcome.Failed.class);
        EventId bobs = us.say(room, "bob", "his");
        network.deliver();
        assertThat(redact(eu, "alice", bobs)).isInstanceOf(SendOutcome.Sent.class);
        assertThat(eu.bodies(room)).containsExactly("mine", "(redacted)");
    }

    @Test
    void whatIsUnknownCannotBeRedactedHere() {
        assertThat(redact(eu, "alice", EventId.of("$" + "u".repeat(42) + "A")))
                .isInstanceOf(SendOutcome.Failed.class);
    }

    @Test
    void aRedactionBeforeItsTargetStaysHiddenUntilThatComes() {
        network.cut(eu, us);
        EventId said = us.say(room, "bob", "fork one");
        network.deliver();
        var late = us.event(room, said);
        EventId redaction = TestServer.sent(redact(us, "bob", said));
        var early = us.event(room, redaction);
        // The redaction comes alone, as if it stood beside its target and not after it.
        var beside = new EventDraft(
                Optional.of(room),
                us.user("bob"),
                "m.room.redaction",
                Optional.empty(),
                JsonObject.EMPTY,
                late.pdu().prevEvents(),
                early.pdu().authEvents(),
                late.pdu().depth(),
                early.pdu().originServerTs(),
                Optional.of(said));
        var signed =
                (SignedEvent.Signed) EventSigning.sign(late.pdu().version(), beside, us.signer);
        network.heal();
        assertThat(eu.receive(us.name, signed.event().pdu().json()))
                .isInstanceOf(InboundRooms.ReceiveOutcome.Accepted.class);
        var view = eu.view(room);
        var hidden = view.event(signed.event().eventId()).orElseThrow();
        assertThat(hidden.row().has(EventFlags.HIDDEN)).isTrue();
        assertThat(view.visible(hidden, eu.user("alice"))).isFalse();
        eu.restart();
        Vector before = eu.journal.visible();
        assertThat(eu.receive(us.name, late.pdu().json()))
                .isInstanceOf(InboundRooms.ReceiveOutcome.Accepted.class);
        assertThat(eu.bodies(room)).containsExactly("(redacted)");
        var page = eu.view(room).since(before, eu.journal.visible(), 10);
        assertThat(page.events())
                .extracting(event -> event.row().eventId())
                .containsExactly(said, signed.event().eventId());
        assertThat(eu.store.pendingRedactions(view.identity().roomNid())).isEmpty();
    }

    @Test
    void backfilledHistoryComesRedacted() {
        EventId said = eu.say(room, "alice", "gone");
        TestServer.sent(redact(eu, "alice", said));
        TestServer ap = network.server("ap.example");
        ap.join(room, "carol", eu);
        for (int i = 0; i < 5; i++) {
            var page = ap.view(room).page(Long.MAX_VALUE, true, 100);
            if (page.gap()) {
                ap.view(room).fill(page.end(), 3);
            }
        }
        assertThat(ap.bodies(room)).containsExactly("(redacted)");
    }

    @Test
    void anOldViewDoesNotBringBackWhatWasRedacted() {
        EventId said = eu.say(room, "alice", "secret");
        RoomView old = eu.view(room);
        TestServer.sent(redact(eu, "alice", said));
        assertThat(old.since(Vector.ZERO, eu.journal.visible(), 1).events()).hasSize(1);
        RoomView now = eu.view(room);
        int ev = now.event(said).orElseThrow().row().ev();
        assertThat(now.events(new int[] {ev}).getFirst().content()).isEqualTo(JsonObject.EMPTY);
        assertThat(eu.bodies(room)).containsExactly("(redacted)");
    }
}
