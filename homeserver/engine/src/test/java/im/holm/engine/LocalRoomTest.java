package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.core.RoomKind;
import im.holm.journal.Vector;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/// Rooms of one server.
class LocalRoomTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer server = network.server("one.example");

    @Test
    void aNewRoomHoldsItsFirstEventsInOneCommit() {
        var room = server.createRoom("alice");
        RoomView view = server.view(room);
        assertThat(server.journal.commits()).isEqualTo(1);
        assertThat(view.page(Long.MAX_VALUE, true, 50).events())
                .extracting(event -> event.row().type())
                .containsExactly(
                        "m.room.history_visibility",
                        "m.room.join_rules",
                        "m.room.power_levels",
                        "m.room.member",
                        "m.room.create");
        assertThat(view.head().joined()).isEqualTo(1);
        assertThat(server.engine.memberships().localJoined(view.identity().roomNid()))
                .hasSize(1);
    }

    @Test
    void aMessageIsSeenByASyncThatCoversItsPosition() {
        var room = server.createRoom("alice");
        Vector before = server.journal.visible();
        var sent = server.say(room, "alice", "hello");
        RoomView view = server.view(room);
        var page = view.since(before, server.journal.visible(), 10);
        assertThat(page.events()).extracting(e -> e.row().eventId()).containsExactly(sent);
        assertThat(page.limited()).isFalse();
        assertThat(page.events().getFirst().content().string("body")).contains("hello");
        assertThat(view.since(server.journal.visible(), server.journal.visible(), 10)
                        .events())
                .isEmpty();
    }

    @Test
    void whoIsNotInTheRoomCannotSend() {
        var room = server.createRoom("alice");
        assertThat(server.send(room, "mallory", "m.room.message", JsonObject.EMPTY))
                .isInstanceOf(SendOutcome.Failed.class);
    }

    @Test
    void aRepeatedTransactionAnswersWithTheFirstEvent() {
        var room = server.createRoom("alice");
        var first = server.sendWithTxn(room, "alice", "hello", 7, "t1");
        var second = server.sendWithTxn(room, "alice", "hello", 7, "t1");
        assertThat(first).isInstanceOf(SendOutcome.Sent.class);
        assertThat(second)
                .isEqualTo(new SendOutcome.Duplicate(((SendOutcome.Sent) first).eventId()));
        assertThat(server.sendWithTxn(room, "alice", "hello", 8, "t1"))
                .isInstanceOf(SendOutcome.Sent.class);
    }

    @Test
    void aCommandWhoseCommitFailsLeavesNoTrace() {
        var room = server.createRoom("alice");
        server.journal.failNext(1);
        assertThat(server.send(room, "alice", "m.room.message", TestServer.text("lost")))
                .isInstanceOf(SendOutcome.Failed.class);
        var sent = server.say(room, "alice", "kept");
        assertThat(server.view(room).page(Long.MAX_VALUE, true, 1).events())
                .extracting(e -> e.row().eventId())
                .containsExactly(sent);
        assertThat(server.bodies(room)).containsExactly("kept");
    }

    @Test
    void aRestartReadsTheSameRoom() {
        var room = server.createRoom("alice");
        for (int i = 0; i < 20; i++) {
            server.state(room, "alice", "m.room.topic", JsonObject.EMPTY.with("topic", "t" + i));
        }
        var before = server.view(room);
        server.restart();
        var after = server.view(room);
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(after.head()).usingRecursiveComparison().isEqualTo(before.head());
        server.say(room, "alice", "on we go");
        assertThat(server.bodies(room)).containsExactly("on we go");
    }

    @Test
    void initialEventsThatTheRulesForbidCreateNothing() {
        var outcome = server.engine
                .commands()
                .create(new CreateRoom(
                        server.user("alice"),
                        RoomVersions.V12,
                        RoomKind.PLAIN,
                        JsonObject.EMPTY,
                        List.of(new RoomCommands.InitialEvent(
                                "m.room.name",
                                Optional.of(""),
                                JsonObject.EMPTY.with("name", "too early")))));
        assertThat(outcome).isInstanceOf(CreateOutcome.Failed.class);
        assertThat(server.journal.commits()).isZero();
    }
}
