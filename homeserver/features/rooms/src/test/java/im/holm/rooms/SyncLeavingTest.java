package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/// What `/sync` tells of rooms that one is invited to, leaves, and comes back to.
class SyncLeavingTest {

    private static RoomsNode node;

    private Client ann;
    private Client bob;
    private static int count;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void freshUsers() {
        ann = node.client("ann" + count);
        bob = node.client("bob" + count++);
    }

    /// A client that takes its state from the end of the timeline looks nowhere else for it.
    @Test
    void aDeclinedInviteIsTheStateAfterIt() {
        String room = ann.createRoom("{\"preset\":\"private_chat\"}");
        bob.sync();
        ann.invite(room, bob);
        bob.sync();
        bob.leave(room);
        Reply sync = bob.sync("timeout=0&use_state_after=true");
        var left = sync.object("rooms", "leave", room);
        assertThat(Reply.list(Reply.object(left, "state_after"), "events"))
                .singleElement()
                .satisfies(event -> assertThat(Reply.object(event, "content").string("membership"))
                        .contains("leave"));
    }

    @Test
    void anInviteIsToldOnceWithTheRoomsStrippedState() {
        String room = ann.createRoom("{\"name\":\"Tea\"}");
        bob.sync();
        ann.invite(room, bob);
        Reply sync = bob.sync();
        List<JsonObject> state =
                Reply.list(sync.object("rooms", "invite", room, "invite_state"), "events");
        assertThat(Reply.types(state))
                .contains("m.room.create", "m.room.name", "m.room.join_rules", "m.room.member");
        assertThat(state)
                .allMatch(event ->
                        event.keys().equals(List.of("content", "sender", "state_key", "type")));
        assertThat(state)
                .anyMatch(
                        event -> event.string("state_key").orElseThrow().equals(bob.user.toString())
                                && Reply.object(event, "content")
                                        .string("membership")
                                        .orElseThrow()
                                        .equals("invite"));
        assertThat(bob.sync().object("rooms", "invite").isEmpty()).isTrue();
        bob.startOver();
        assertThat(bob.sync().object("rooms", "invite").has(room)).isTrue();
    }

    @Test
    void aWaitingSyncIsWokenByAnInvite() throws Exception {
        String room = ann.createRoom("{}");
        bob.sync();
        try (var background = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = background.submit(bob::syncWaiting);
            ann.invite(room, bob);
            assertThat(waiting.get().object("rooms", "invite").has(room)).isTrue();
        }
    }

    @Test
    void aRejectedInviteLeavesTheList() {
        String room = ann.createRoom("{}");
        ann.invite(room, bob);
        bob.sync();
        bob.leave(room);
        Reply sync = bob.sync();
        assertThat(sync.object("rooms", "leave").has(room)).isTrue();
        assertThat(Reply.types(
                        Reply.list(sync.object("rooms", "leave", room, "timeline"), "events")))
                .containsExactly("m.room.member");
        assertThat(Reply.list(sync.object("rooms", "leave", room, "state"), "events"))
                .isEmpty();
        assertThat(bob.sync().object("rooms", "leave").isEmpty()).isTrue();
    }

    @Test
    void leavingIsToldOnceWithWhatCameBefore() {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.sync();
        ann.say(room, "before");
        bob.leave(room);
        ann.say(room, "after");
        Reply sync = bob.sync();
        assertThat(sync.hasJoined(room)).isFalse();
        List<JsonObject> timeline =
                Reply.list(sync.object("rooms", "leave", room, "timeline"), "events");
        assertThat(Reply.bodies(timeline)).containsExactly("before");
        assertThat(Reply.types(timeline)).endsWith("m.room.member");
        assertThat(bob.sync().object("rooms", "leave").isEmpty()).isTrue();
    }

    @Test
    void whoIsKickedIsToldToo() throws Exception {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.sync();
        try (var background = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = background.submit(bob::syncWaiting);
            Client.ok(ann.post(Client.path(room) + "/kick", "{\"user_id\":\"" + bob.user + "\"}"));
            assertThat(waiting.get().object("rooms", "leave").has(room)).isTrue();
        }
    }

    @Test
    void whoWasBannedSeesNothingThatCameLater() {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.sync();
        Client.ok(ann.post(Client.path(room) + "/ban", "{\"user_id\":\"" + bob.user + "\"}"));
        ann.say(room, "he is gone");
        ann.setState(room, "m.room.name", "", "{\"name\":\"without bob\"}");
        Reply sync = bob.sync();
        assertThat(sync.object("rooms", "leave", room).toString())
                .contains("\"ban\"")
                .doesNotContain("he is gone")
                .doesNotContain("without bob");
    }

    @Test
    void aBanAfterLeavingTellsNoMoreThanTheBan() {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.leave(room);
        bob.sync();
        ann.setState(room, "m.room.name", "", "{\"name\":\"without bob\"}");
        Client.ok(ann.post(Client.path(room) + "/ban", "{\"user_id\":\"" + bob.user + "\"}"));
        Reply sync = bob.sync();
        assertThat(Reply.types(
                        Reply.list(sync.object("rooms", "leave", room, "timeline"), "events")))
                .containsExactly("m.room.member");
        assertThat(sync.object("rooms", "leave", room).toString())
                .contains("\"ban\"")
                .doesNotContain("without bob");
        assertThat(Reply.list(sync.object("rooms", "leave", room, "state"), "events"))
                .isEmpty();
    }

    @Test
    void leftRoomsAreGivenOnAFirstSyncOnRequestOnly() {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.leave(room);
        assertThat(bob.sync().object("rooms", "leave").isEmpty()).isTrue();
        bob.startOver();
        Reply sync = bob.sync(
                "timeout=0&filter=" + Client.encode("{\"room\":{\"include_leave\":true}}"));
        assertThat(sync.object("rooms", "leave").has(room)).isTrue();
        assertThat(Reply.types(
                        Reply.list(sync.object("rooms", "leave", room, "timeline"), "events")))
                .endsWith("m.room.member");
    }

    @Test
    void comingBackGivesTheWholeStateAgain() {
        String room = ann.createRoom("{\"preset\":\"public_chat\",\"name\":\"Tea\"}");
        bob.join(room);
        bob.sync();
        bob.leave(room);
        bob.sync();
        ann.setState(room, "m.room.topic", "", "{\"topic\":\"meanwhile\"}");
        for (int i = 0; i < 12; i++) {
            ann.say(room, "m" + i);
        }
        bob.join(room);
        Reply sync = bob.sync();
        assertThat(Reply.object(sync.joined(room), "timeline").bool("limited")).contains(true);
        assertThat(Reply.types(sync.state(room)))
                .contains("m.room.create", "m.room.name", "m.room.topic");
    }

    @Test
    void leavingAndComingBackBetweenTwoSyncsLosesNothing() {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.sync();
        bob.leave(room);
        ann.say(room, "meanwhile");
        bob.join(room);
        ann.say(room, "welcome back");
        Reply sync = bob.sync();
        assertThat(Reply.bodies(sync.timeline(room))).contains("welcome back");
        assertThat(sync.object("rooms", "leave").isEmpty()).isTrue();
    }

    @Test
    void joiningAndLeavingBetweenTwoSyncsIsToldAsLeft() {
        String room = ann.createPublicRoom();
        bob.sync();
        bob.join(room);
        bob.leave(room);
        Reply sync = bob.sync();
        assertThat(sync.hasJoined(room)).isFalse();
        assertThat(sync.object("rooms", "leave").has(room)).isTrue();
    }

    @Test
    void aForgottenRoomIsGone() {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.leave(room);
        Client.ok(bob.post(Client.path(room) + "/forget", "{}"));
        assertThat(bob.sync("timeout=0&filter="
                                + Client.encode("{\"room\":{\"include_leave\":true}}"))
                        .object("rooms", "leave")
                        .isEmpty())
                .isTrue();
    }
}
