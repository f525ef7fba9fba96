package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

class SyncTest {

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

    @Test
    void aConversationArrivesOnceAndInOrder() {
        String room = ann.createPublicRoom();
        bob.join(room);
        ann.sync();
        bob.sync();
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ann.say(room, "a" + i);
            seen.addAll(Reply.bodies(bob.sync().timeline(room)));
            bob.say(room, "b" + i);
            seen.addAll(Reply.bodies(bob.sync().timeline(room)));
        }
        assertThat(seen)
                .containsExactly("a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4");
        assertThat(Reply.bodies(ann.sync().timeline(room))).isEqualTo(seen);
        assertThat(bob.sync().hasJoined(room)).isFalse();
    }

    @Test
    void aWaitingSyncIsWokenByAMessage() throws Exception {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.sync();
        try (var background = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = background.submit(bob::syncWaiting);
            ann.say(room, "wake up");
            assertThat(Reply.bodies(waiting.get().timeline(room))).containsExactly("wake up");
        }
    }

    @Test
    void aSyncWithoutNewsWaitsForItsTimeoutOnly() {
        ann.createPublicRoom();
        ann.sync();
        long start = System.nanoTime();
        Reply reply = ann.sync("timeout=300");
        assertThat((System.nanoTime() - start) / 1_000_000).isBetween(250L, 5000L);
        assertThat(reply.object("rooms", "join").isEmpty()).isTrue();
    }

    @Test
    void aFirstSyncGivesTheStateBeforeTheTimelineAndTheTimeline() {
        String room = ann.createRoom("{\"preset\":\"public_chat\",\"name\":\"Tea\"}");
        for (int i = 0; i < 12; i++) {
            ann.say(room, "m" + i);
        }
        Reply sync = ann.sync();
        assertThat(Reply.bodies(sync.timeline(room))).hasSize(10).endsWith("m11");
        JsonObject timeline = Reply.object(sync.joined(room), "timeline");
        assertThat(timeline.bool("limited")).contains(true);
        assertThat(timeline.string("prev_batch")).isPresent();
        assertThat(Reply.types(sync.state(room)))
                .contains("m.room.create", "m.room.member", "m.room.name", "m.room.power_levels");
        assertThat(sync.timeline(room)).noneMatch(event -> event.has("room_id"));
    }

    @Test
    void aSmallRoomIsNotLimitedAndStartsWithItsCreation() {
        String room = ann.createRoom("{}");
        Reply sync = ann.sync();
        assertThat(Reply.object(sync.joined(room), "timeline").bool("limited")).contains(false);
        assertThat(Reply.types(sync.timeline(room)).getFirst()).isEqualTo("m.room.create");
        assertThat(sync.state(room)).isEmpty();
    }

    @Test
    void aLimitedSyncTellsTheStateThatChangedInTheGap() {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.sync();
        ann.setState(room, "m.room.name", "", "{\"name\":\"in the gap\"}");
        for (int i = 0; i < 15; i++) {
            ann.say(room, "m" + i);
        }
        Reply sync = bob.sync();
        assertThat(Reply.object(sync.joined(room), "timeline").bool("limited")).contains(true);
        assertThat(Reply.bodies(sync.timeline(room))).hasSize(10).endsWith("m14");
        assertThat(Reply.types(sync.state(room))).containsExactly("m.room.name");
    }

    @Test
    void stateInTheTimelineIsNotToldTwice() {
        String room = ann.createPublicRoom();
        bob.join(room);
        bob.sync();
        ann.setState(room, "m.room.name", "", "{\"name\":\"new\"}");
        Reply sync = bob.sync();
        assertThat(Reply.types(sync.timeline(room))).containsExactly("m.room.name");
        assertThat(sync.state(room)).isEmpty();
    }

    @Test
    void stateAfterIsTheStateAtTheEndOfTheTimeline() {
        String room = ann.createPublicRoom();
        bob.join(room);
        String query = "timeout=0&org.matrix.msc4222.use_state_after=true";
        Reply first = bob.sync(query);
        assertThat(first.joined(room).has("state")).isFalse();
        String unstable = "org.matrix.msc4222.state_after";
        assertThat(Reply.types(Reply.list(Reply.object(first.joined(room), unstable), "events")))
                .contains("m.room.create", "m.room.member");
        ann.setState(room, "m.room.name", "", "{\"name\":\"new\"}");
        Reply second = bob.sync("timeout=0&use_state_after=true");
        assertThat(Reply.types(second.timeline(room))).containsExactly("m.room.name");
        assertThat(Reply.types(
                        Reply.list(Reply.object(second.joined(room), "state_after"), "events")))
                .containsExactly("m.room.name");
        ann.say(room, "nothing changes");
        Reply third = bob.sync(query);
        assertThat(third.joined(room).has(unstable)).isTrue();
        assertThat(Reply.list(Reply.object(third.joined(room), unstable), "events"))
                .isEmpty();
    }

    @Test
    void fullStateIsGivenOnRequestWithoutWaiting() {
        String room = ann.createPublicRoom();
        ann.sync();
        Reply sync = ann.sync("timeout=20000&full_state=true");
        assertThat(Reply.types(sync.state(room))).contains("m.room.create", "m.room.member");
        assertThat(sync.timeline(room)).isEmpty();
    }

    @Test
    void aNewlyJoinedRoomComesWithItsWholeState() {
        String room = ann.createRoom("{\"preset\":\"public_chat\",\"name\":\"Tea\"}");
        for (int i = 0; i < 15; i++) {
            ann.say(room, "m" + i);
        }
        bob.sync();
        bob.join(room);
        Reply sync = bob.sync();
        assertThat(Reply.types(sync.state(room)))
                .contains("m.room.create", "m.room.name", "m.room.member");
        assertThat(Reply.types(sync.timeline(room))).hasSize(10).endsWith("m.room.member");
        assertThat(Reply.object(sync.joined(room), "timeline").bool("limited")).contains(true);
    }

    @Test
    void theSendingDeviceFindsItsTransactionId() {
        String room = ann.createPublicRoom();
        ann.sync();
        Client.ok(
                ann.put(Client.path(room) + "/send/m.room.message/local-echo", "{\"body\":\"x\"}"));
        JsonObject event = ann.sync().timeline(room).getFirst();
        assertThat(Reply.object(event, "unsigned").string("transaction_id")).contains("local-echo");
    }

    @Test
    void theSummaryCountsMembersAndNamesHeroes() {
        String room = ann.createPublicRoom();
        ann.invite(room, bob);
        JsonObject summary = Reply.object(ann.sync().joined(room), "summary");
        assertThat(summary.integer("m.joined_member_count")).hasValue(1);
        assertThat(summary.integer("m.invited_member_count")).hasValue(1);
        assertThat(summary.array("m.heroes").orElseThrow().strings().orElseThrow())
                .containsExactly(bob.user.toString());
        bob.join(room);
        JsonObject after = Reply.object(ann.sync().joined(room), "summary");
        assertThat(after.integer("m.joined_member_count")).hasValue(2);
        assertThat(after.integer("m.invited_member_count")).hasValue(0);
        ann.setState(room, "m.room.name", "", "{\"name\":\"named\"}");
        assertThat(Reply.object(ann.sync().joined(room), "summary").has("m.heroes"))
                .isFalse();
    }

    @Test
    void lazyLoadingGivesTheMembersOfTheTimelineOnly() {
        String room = ann.createRoom("{\"preset\":\"public_chat\",\"name\":\"Tea\"}");
        Client cid = node.client("cid" + count);
        bob.join(room);
        cid.join(room);
        for (int i = 0; i < 10; i++) {
            bob.say(room, "m" + i);
        }
        String filter = "timeout=0&filter="
                + Client.encode("{\"room\":{\"state\":{\"lazy_load_members\":true}}}");
        assertThat(members(ann.sync(filter).state(room)))
                .containsExactlyInAnyOrder(ann.user.toString(), bob.user.toString());
        cid.leave(room);
        cid.join(room);
        for (int i = 0; i < 12; i++) {
            bob.say(room, "n" + i);
        }
        assertThat(members(ann.sync(filter).state(room)))
                .contains(cid.user.toString(), bob.user.toString())
                .doesNotContain(ann.user.toString());
    }

    @Test
    void aFilterChoosesWhatIsTold() {
        String room = ann.createPublicRoom();
        String other = ann.createPublicRoom();
        ann.say(room, "one");
        ann.say(room, "two");
        String filter = "{\"room\":{\"rooms\":[\"" + room + "\"],"
                + "\"timeline\":{\"types\":[\"m.room.message\"],\"limit\":1},"
                + "\"state\":{\"not_types\":[\"m.room.member\"]}},"
                + "\"account_data\":{\"not_types\":[\"*\"]}}";
        String id = Client.ok(
                        ann.post("/user/" + Client.encode(ann.user.toString()) + "/filter", filter))
                .string("filter_id");
        Reply sync = ann.sync("timeout=0&filter=" + id);
        assertThat(sync.hasJoined(other)).isFalse();
        assertThat(Reply.bodies(sync.timeline(room))).containsExactly("two");
        assertThat(Reply.object(sync.joined(room), "timeline").bool("limited")).contains(true);
        assertThat(Reply.types(sync.state(room)))
                .contains("m.room.create")
                .doesNotContain("m.room.member");
        assertThat(Reply.list(sync.object("account_data"), "events")).isEmpty();
    }

    @Test
    void aTimelineOfNoEventsStillTellsTheState() {
        String room = ann.createPublicRoom();
        Reply sync = ann.sync(
                "timeout=0&filter=" + Client.encode("{\"room\":{\"timeline\":{\"limit\":0}}}"));
        assertThat(sync.timeline(room)).isEmpty();
        assertThat(Reply.types(sync.state(room))).contains("m.room.create", "m.room.member");
        ann.say(room, "next");
        assertThat(Reply.bodies(ann.sync().timeline(room))).containsExactly("next");
    }

    @Test
    void whatClientsExpectIsAlwaysThere() {
        Reply first = ann.sync();
        Reply second = ann.sync("timeout=0&set_presence=offline");
        for (Reply sync : List.of(first, second)) {
            assertThat(sync.object("device_one_time_keys_count").integer("signed_curve25519"))
                    .hasValue(0);
            assertThat(sync.body().keys())
                    .contains(
                            "next_batch",
                            "rooms",
                            "account_data",
                            "presence",
                            "to_device",
                            "device_lists");
            assertThat(sync.object("rooms").keys())
                    .containsExactlyInAnyOrder("join", "invite", "knock", "leave");
        }
        assertThat(Reply.types(Reply.list(first.object("account_data"), "events")))
                .contains("m.push_rules");
    }

    @Test
    void aTokenCanBeUsedAgain() {
        String room = ann.createPublicRoom();
        String since = ann.sync().nextBatch();
        ann.say(room, "one");
        ann.say(room, "two");
        for (int i = 0; i < 2; i++) {
            Reply again = Client.ok(ann.get("/sync?timeout=0&since=" + since));
            assertThat(Reply.bodies(again.timeline(room))).containsExactly("one", "two");
        }
    }

    @Test
    void badRequestsAreRefused() {
        for (String bad : List.of(
                "since=nonsense",
                "since=s",
                "since=sAAAA",
                "since=t5",
                "since=",
                "since=" + "s".repeat(5000),
                "timeout=-1",
                "timeout=soon",
                "full_state=maybe",
                "set_presence=asleep",
                "filter=none",
                "filter=999999",
                "use_state_after=1")) {
            assertThat(ann.get("/sync?" + bad).errcode()).as(bad).isEqualTo("M_INVALID_PARAM");
        }
        assertThat(ann.get("/sync?filter=" + Client.encode("{\"room\":")).errcode())
                .isEqualTo("M_NOT_JSON");
        assertThat(ann.get("/sync?filter=" + Client.encode("{\"room\":[]}")).errcode())
                .isEqualTo("M_BAD_JSON");
        Client nobody = node.clientWithToken("no-such-token");
        assertThat(nobody.get("/sync").errcode()).isEqualTo("M_UNKNOWN_TOKEN");
    }

    private static List<String> members(List<JsonObject> state) {
        return state.stream()
                .filter(event -> event.string("type").orElseThrow().equals("m.room.member"))
                .map(event -> event.string("state_key").orElseThrow())
                .toList();
    }
}
