package im.holm.protocol.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Room version 1, step by step (room version 1, "State resolution").
class FirstAlgorithmTest {
    private static final String ALICE = "@alice:one.example";
    private static final String BOB = "@bob:two.example";
    private static final String CAROL = "@carol:three.example";

    private final Room room = new Room();
    private final StateMap start = room.start();

    /// Events of version 1, whose ids the test chooses; the algorithm reads no auth events.
    private static final class Room implements AuthGraph {
        private final List<Pdu> events = new ArrayList<>();

        int add(String id, int depth, String sender, String type, String key, String content) {
            JsonObject event = ContentHash.addTo(Json.of("{'event_id': '$" + id
                            + ":one.example', 'room_id': '!a:one.example', 'depth': " + depth
                            + ", 'origin_server_ts': 1, 'auth_events': [], 'prev_events': "
                            + (depth == 1 ? "[]" : "[['$p:one.example', {}]]") + ", 'sender': '"
                            + sender + "', 'type': '" + type + "', 'state_key': '" + key
                            + "', 'content': " + content + "}"))
                    .with("signatures", JsonObject.EMPTY);
            events.add(PduParser.parse(RoomVersions.V1, event).wellFormed().orElseThrow());
            return events.size();
        }

        StateMap start() {
            StateMap state = with(
                    StateMap.EMPTY,
                    add("c", 1, ALICE, "m.room.create", "", "{'creator': '" + ALICE + "'}"));
            for (String user : List.of(ALICE, BOB, CAROL)) {
                state = with(
                        state, add(user.substring(1, 4), 2, user, "m.room.member", user, JOIN));
            }
            return with(
                    state,
                    add(
                            "l",
                            3,
                            ALICE,
                            "m.room.power_levels",
                            "",
                            "{'users': {'" + ALICE + "': 100, '" + BOB + "': 50}}"));
        }

        StateMap with(StateMap state, int ev) {
            return state.put(event(ev).statePlace().orElseThrow(), ev);
        }

        @Override
        public Pdu event(int ev) {
            return events.get(ev - 1);
        }

        @Override
        public int[] auth(int ev) {
            return new int[0];
        }

        @Override
        public boolean rejected(int ev) {
            return false;
        }
    }

    private static final String JOIN = "{'membership': 'join'}";

    private int topic(String id, int depth, String sender) {
        return room.add(id, depth, sender, "m.room.topic", "", "{'topic': '" + id + "'}");
    }

    /// States that differ in one place each: the base with one event more.
    private StateMap resolve(int... events) {
        List<StateMap> states = new ArrayList<>();
        for (int ev : events) {
            states.add(room.with(start, ev));
        }
        StateMap resolved = StateResolution.resolve(RoomVersions.V1, states, room);
        assertThat(StateResolution.resolve(RoomVersions.V1, states.reversed(), room))
                .isEqualTo(resolved);
        return resolved;
    }

    private static int topicOf(StateMap state) {
        return state.find(StateKey.of("m.room.topic"));
    }

    @Test
    void whatOnlyOneStateHasStays() {
        int topic = topic("only", 4, CAROL);
        StateMap resolved = StateResolution.resolve(
                RoomVersions.V1, List.of(start, room.with(start, topic)), room);
        assertThat(resolved).isEqualTo(room.with(start, topic));
    }

    @Test
    void theDeepestThatIsAllowedWins() {
        int low = topic("low", 4, ALICE);
        int high = topic("high", 6, BOB);
        int forbidden = topic("forbidden", 7, CAROL);
        assertThat(topicOf(resolve(low, high, forbidden))).isEqualTo(high);
        assertThat(topicOf(resolve(high, low))).isEqualTo(high);
    }

    @Test
    void whereNoneIsAllowedNothingIs() {
        int one = topic("one", 4, CAROL);
        int other = topic("other", 5, CAROL);
        assertThat(topicOf(resolve(one, other))).isEqualTo(StateMap.ABSENT);
    }

    @Test
    void ofEquallyDeepOnesTheSmallestHashOfTheIdWins() {
        int[] topics = new int[8];
        int smallest = 0;
        for (int i = 0; i < topics.length; i++) {
            topics[i] = topic("t" + i, 4, ALICE);
            if (smallest == 0 || Arrays.compareUnsigned(sha1(topics[i]), sha1(smallest)) < 0) {
                smallest = topics[i];
            }
        }
        assertThat(topicOf(resolve(topics))).isEqualTo(smallest);
    }

    private byte[] sha1(int ev) {
        try {
            return MessageDigest.getInstance("SHA-1")
                    .digest(room.event(ev).eventId().text().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private int member(String id, int depth, String sender, String membership) {
        return room.add(
                id, depth, sender, "m.room.member", BOB, "{'membership': '" + membership + "'}");
    }

    private static int bob(StateMap state) {
        return state.find(new StateKey("m.room.member", BOB));
    }

    @Test
    void membershipsClimbUntilOneIsForbidden() {
        int join = member("j", 4, BOB, "join");
        int leave = member("v", 5, BOB, "leave");
        int forbidden = member("f", 6, CAROL, "ban");
        int never = member("n", 7, ALICE, "ban");
        assertThat(bob(resolve(join, leave))).isEqualTo(leave);
        assertThat(bob(resolve(join, leave, forbidden, never))).isEqualTo(leave);
        assertThat(bob(resolve(never, join, leave))).isEqualTo(never);
    }

    /// The lowest is taken unasked; whoever is allowed next is allowed by it.
    @Test
    void powerLevelsComeFirstThenJoinRulesThenMemberships() {
        int powerful = room.add(
                "p1",
                4,
                ALICE,
                "m.room.power_levels",
                "",
                "{'users': {'" + ALICE + "': 100, '" + CAROL + "': 60}}");
        int powerless = room.add(
                "p2", 5, BOB, "m.room.power_levels", "", "{'users': {'" + BOB + "': 100}}");
        int open = room.add("r1", 4, ALICE, "m.room.join_rules", "", "{'join_rule': 'public'}");
        int shut = room.add("r2", 6, CAROL, "m.room.join_rules", "", "{'join_rule': 'invite'}");
        int dave = room.add(
                "d1", 7, "@dave:four.example", "m.room.member", "@dave:four.example", JOIN);
        int kicked = room.add(
                "d2", 6, ALICE, "m.room.member", "@dave:four.example", "{'membership': 'leave'}");
        StateMap one = room.with(room.with(room.with(start, powerful), open), kicked);
        StateMap other = room.with(room.with(room.with(start, powerless), shut), dave);
        StateMap resolved = StateResolution.resolve(RoomVersions.V1, List.of(one, other), room);
        assertThat(resolved.find(StateKey.POWER_LEVELS)).isEqualTo(powerful);
        assertThat(resolved.find(StateKey.JOIN_RULES)).isEqualTo(shut);
        assertThat(resolved.find(new StateKey("m.room.member", "@dave:four.example")))
                .isEqualTo(kicked);
    }

    /// Bob's memberships are in conflict, so that he is not in the room yet where his ban is
    /// judged, whether the banned user's id comes before his or after.
    @Test
    void noMembershipIsJudgedByAnotherOfTheSamePass() {
        int joined = member("bj", 4, BOB, "join");
        int again = member("bk", 6, BOB, "join");
        for (String banned : List.of("@adam:four.example", "@zoe:four.example")) {
            int low = other("oj", 5, banned, banned, "join");
            int ban = other("ob", 7, BOB, banned, "ban");
            StateMap one = room.with(room.with(start, joined), low);
            StateMap other = room.with(room.with(start, again), ban);
            StateMap resolved = StateResolution.resolve(RoomVersions.V1, List.of(one, other), room);
            assertThat(bob(resolved)).isEqualTo(again);
            assertThat(resolved.find(new StateKey("m.room.member", banned))).isEqualTo(low);
        }
    }

    private int other(String id, int depth, String sender, String user, String membership) {
        return room.add(
                id + user.charAt(1),
                depth,
                sender,
                "m.room.member",
                user,
                "{'membership': '" + membership + "'}");
    }

    /// The lowest needs no permission, and forbids nothing that comes after it.
    @Test
    void aLowestThatIsForbiddenIsStillFollowedByWhatIsAllowed() {
        int forbidden = member("low", 4, CAROL, "ban");
        int lifted = member("lift", 5, ALICE, "leave");
        assertThat(bob(resolve(forbidden, lifted))).isEqualTo(lifted);
    }

    @Test
    void whoeverWasNeverInTheRoomChangesNothing() {
        int low = topic("low", 4, ALICE);
        int strangers = topic("stranger", 9, "@eve:five.example");
        assertThat(topicOf(resolve(low, strangers))).isEqualTo(low);
    }
}
