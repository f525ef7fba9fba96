package im.holm.protocol.auth;

import static im.holm.protocol.auth.MembershipRulesTest.ALICE;
import static im.holm.protocol.auth.MembershipRulesTest.BOB;
import static im.holm.protocol.auth.MembershipRulesTest.DAVE;
import static im.holm.protocol.sketch.Verdicts.ALLOWED;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.sketch.Verdicts;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class AuthEventListTest {
    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    private static List<AuthEventList.Entry> entries(RoomSketch room, int... events) {
        return new ArrayList<>(Arrays.stream(events)
                .mapToObj(ev -> new AuthEventList.Entry(room.event(ev), false))
                .toList());
    }

    private static String check(Pdu event, List<AuthEventList.Entry> entries) {
        return Verdicts.rule(AuthEventList.check(event, entries));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theListHoldsWhatGivesPermissionOnceAndNothingElse(RoomVersion version) {
        SketchBranch main = MembershipRulesTest.room(version);
        RoomSketch room = main.room();
        int topic = main.topic(ALICE, "topic");
        int ev = main.message(BOB, "hello");
        Pdu message = room.event(ev);
        int[] auth = room.auth(ev);
        assertThat(check(message, entries(room, auth))).isEqualTo(ALLOWED);

        List<AuthEventList.Entry> twice = entries(room, auth);
        twice.add(twice.getLast());
        assertThat(check(message, twice)).isEqualTo("auth_events.duplicate");

        List<AuthEventList.Entry> withTopic = entries(room, auth);
        withTopic.addAll(entries(room, topic));
        assertThat(check(message, withTopic)).isEqualTo("auth_events.unselected");

        List<AuthEventList.Entry> withMessage = entries(room, auth);
        withMessage.addAll(entries(room, ev));
        assertThat(check(message, withMessage)).isEqualTo("auth_events.unselected");

        List<AuthEventList.Entry> rejected = entries(room, auth);
        rejected.set(0, new AuthEventList.Entry(rejected.getFirst().event(), true));
        assertThat(check(message, rejected)).isEqualTo("auth_events.rejected");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void eventsOfOtherRoomsGiveNoPermission(RoomVersion version) {
        SketchBranch main = MembershipRulesTest.room(version);
        RoomSketch other = RoomSketch.open(version, "@alice:elsewhere.example");
        Pdu message = main.room().event(main.message(BOB, "hello"));
        int levels = other.main().powerLevels("@alice:elsewhere.example", JsonObject.EMPTY);
        assertThat(check(message, entries(other, levels))).isEqualTo("auth_events.other_room");
    }

    @Test
    void theCreateEventIsNeededBeforeVersion12AndUnwantedSince() {
        SketchBranch eleven = MembershipRulesTest.room(RoomVersions.V11);
        int ev = eleven.message(BOB, "hello");
        int[] withoutCreate =
                Arrays.stream(eleven.room().auth(ev)).filter(auth -> auth != 1).toArray();
        assertThat(check(eleven.room().event(ev), entries(eleven.room(), withoutCreate)))
                .isEqualTo("auth_events.no_create");
        SketchBranch twelve = MembershipRulesTest.room(RoomVersions.V12);
        Pdu message = twelve.room().event(twelve.message(BOB, "hello"));
        assertThat(check(message, entries(twelve.room(), 1))).isEqualTo("auth_events.unselected");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aCreateEventNeedsNoPermission(RoomVersion version) {
        RoomSketch room = RoomSketch.open(version, ALICE);
        assertThat(check(room.event(1), List.of())).isEqualTo(ALLOWED);
        assertThat(AuthSelection.typesFor(room.event(1))).isEmpty();
    }

    private static List<StateKey> select(RoomVersion version, String content) {
        return AuthSelection.typesFor(
                version, EventTypes.MEMBER, UserId.of(BOB), Optional.of(DAVE), Json.of(content));
    }

    @Test
    void aMembershipAsksForItsTargetAndWhatItsKindNeeds() {
        StateKey bob = new StateKey(EventTypes.MEMBER, BOB);
        StateKey dave = new StateKey(EventTypes.MEMBER, DAVE);
        RoomVersion version = RoomVersions.V12;
        assertThat(select(version, "{'membership': 'leave'}"))
                .containsExactly(StateKey.POWER_LEVELS, bob, dave);
        assertThat(select(version, "{'membership': 'ban'}"))
                .containsExactly(StateKey.POWER_LEVELS, bob, dave);
        for (String membership : List.of("join", "invite", "knock")) {
            assertThat(select(version, "{'membership': '" + membership + "'}"))
                    .containsExactly(StateKey.POWER_LEVELS, bob, dave, StateKey.JOIN_RULES);
        }
        assertThat(
                        select(
                                version,
                                "{'membership': 'invite', 'third_party_invite': {'signed': {'token': 't'}}}"))
                .contains(new StateKey(EventTypes.THIRD_PARTY_INVITE, "t"));
        String restricted =
                "{'membership': 'join', 'join_authorised_via_users_server': '" + ALICE + "'}";
        assertThat(select(version, restricted)).contains(new StateKey(EventTypes.MEMBER, ALICE));
        assertThat(select(RoomVersions.V7, restricted))
                .doesNotContain(new StateKey(EventTypes.MEMBER, ALICE))
                .contains(StateKey.CREATE);
    }
}
