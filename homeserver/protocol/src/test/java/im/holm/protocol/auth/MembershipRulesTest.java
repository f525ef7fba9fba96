package im.holm.protocol.auth;

import static im.holm.protocol.sketch.Verdicts.ALLOWED;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
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

import java.util.stream.Stream;

/// Rules 5.1 and 5.3 to 5.8 (11: 4.1 and 4.3 to 4.8), branch by branch.
class MembershipRulesTest {
    static final String ALICE = "@alice:one.example";
    static final String BOB = "@bob:two.example";
    static final String CAROL = "@carol:three.example";
    static final String DAVE = "@dave:four.example";

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    /// Alice's public room with Bob (level 50) and Carol in it.
    static SketchBranch room(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        main.powerLevels(ALICE, levels(version, "'" + BOB + "': 50", "'invite': 50"));
        main.joinRule(ALICE, "public");
        main.join(BOB);
        main.join(CAROL);
        return main;
    }

    static JsonObject levels(RoomVersion version, String users, String more) {
        String alice = version.privilegedCreators() ? "" : "'" + ALICE + "': 100, ";
        return Json.of("{'users': {" + alice + users + "}, " + more + "}");
    }

    private static String change(
            SketchBranch branch, String sender, String user, String membership) {
        return Verdicts.rule(branch.verdict(
                sender, EventTypes.MEMBER, user, Json.of("{'membership': '" + membership + "'}")));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aMembershipNeedsAUserAndAKind(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(Verdicts.rule(
                        main.verdict(BOB, EventTypes.MEMBER, Json.of("{'membership': 'join'}"))))
                .isEqualTo("member.malformed");
        assertThat(Verdicts.rule(main.verdict(BOB, EventTypes.MEMBER, BOB, JsonObject.EMPTY)))
                .isEqualTo("member.malformed");
        assertThat(Verdicts.rule(
                        main.verdict(BOB, EventTypes.MEMBER, BOB, Json.of("{'membership': 1}"))))
                .isEqualTo("member.malformed");
        assertThat(change(main, BOB, BOB, "lurk")).isEqualTo("member.unknown");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theCreatorJoinsFirst(RoomVersion version) {
        RoomSketch room = RoomSketch.open(version, ALICE);
        assertThat(room.verdict(2).isAllowed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nobodyButTheCreatorJoinsRightAfterTheCreateEvent(RoomVersion version) {
        RoomSketch room = RoomSketch.open(version, ALICE);
        var draft = room.draft(
                im.holm.protocol.id.UserId.of(BOB),
                EventTypes.MEMBER,
                java.util.Optional.of(BOB),
                Json.of("{'membership': 'join'}"),
                new int[] {1});
        assertThat(Verdicts.rule(room.verdict(room.add(draft)))).isEqualTo("member.join.invited");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nobodyJoinsForAnother(RoomVersion version) {
        assertThat(change(room(version), BOB, DAVE, "join")).isEqualTo("member.join.other_user");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aBannedUserCannotJoin(RoomVersion version) {
        SketchBranch main = room(version);
        main.ban(ALICE, CAROL);
        assertThat(change(main, CAROL, CAROL, "join")).isEqualTo("member.join.banned");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anInviteOnlyRoomLetsTheInvitedAndTheJoinedIn(RoomVersion version) {
        for (String rule : new String[] {"invite", "knock"}) {
            SketchBranch main = room(version);
            main.joinRule(ALICE, rule);
            assertThat(change(main, DAVE, DAVE, "join")).isEqualTo("member.join.invited");
            assertThat(change(main, BOB, BOB, "join")).isEqualTo(ALLOWED);
            main.invite(ALICE, DAVE);
            assertThat(change(main, DAVE, DAVE, "join")).isEqualTo(ALLOWED);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRoomWithoutJoinRulesIsInviteOnly(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        assertThat(change(main, BOB, BOB, "join")).isEqualTo("member.join.invited");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aPublicRoomLetsEverybodyIn(RoomVersion version) {
        assertThat(change(room(version), DAVE, DAVE, "join")).isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anUnknownJoinRuleLetsNobodyIn(RoomVersion version) {
        SketchBranch main = room(version);
        main.joinRule(ALICE, "private");
        assertThat(change(main, DAVE, DAVE, "join")).isEqualTo("member.join.otherwise");
        main.state(ALICE, EventTypes.JOIN_RULES, "", Json.of("{'join_rule': 7}"));
        assertThat(change(main, DAVE, DAVE, "join")).isEqualTo("member.join.otherwise");
    }

    private static JsonObject restrictedJoin(String authoriser) {
        return Json.of(
                "{'membership': 'join', 'join_authorised_via_users_server': " + authoriser + "}");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRestrictedRoomAsksForSomebodyWhoMayInvite(RoomVersion version) {
        for (String rule : new String[] {"restricted", "knock_restricted"}) {
            SketchBranch main = room(version);
            main.joinRule(ALICE, rule);
            assertThat(change(main, DAVE, DAVE, "join"))
                    .isEqualTo("member.join.restricted.authoriser");
            assertThat(change(main, BOB, BOB, "join")).isEqualTo(ALLOWED);
            assertThat(join(main, "'" + CAROL + "'"))
                    .isEqualTo("member.join.restricted.authoriser");
            assertThat(join(main, "'@nobody:two.example'"))
                    .isEqualTo("member.join.restricted.authoriser");
            assertThat(join(main, "'" + BOB + "'")).isEqualTo(ALLOWED);
            assertThat(join(main, "'" + ALICE + "'")).isEqualTo(ALLOWED);
            assertThat(join(main, "'bob'")).isEqualTo("member.authoriser.signature");
            assertThat(join(main, "5")).isEqualTo("member.authoriser.signature");
            main.invite(ALICE, DAVE);
            assertThat(change(main, DAVE, DAVE, "join")).isEqualTo(ALLOWED);
        }
    }

    private static String join(SketchBranch branch, String authoriser) {
        return Verdicts.rule(
                branch.verdict(DAVE, EventTypes.MEMBER, DAVE, restrictedJoin(authoriser)));
    }

    @Test
    void versionsWithoutRestrictedJoinsLetNobodyInByThem() {
        SketchBranch main = room(RoomVersions.V7);
        main.joinRule(ALICE, "restricted");
        assertThat(change(main, DAVE, DAVE, "join")).isEqualTo("member.join.otherwise");
        SketchBranch nine = room(RoomVersions.V9);
        nine.joinRule(ALICE, "knock_restricted");
        assertThat(change(nine, DAVE, DAVE, "join")).isEqualTo("member.join.otherwise");
        assertThat(change(nine, DAVE, DAVE, "knock")).isEqualTo("member.knock.join_rule");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anInviteNeedsAMemberWithTheLevelAndATargetWhoIsOutside(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(change(main, DAVE, "@erin:five.example", "invite"))
                .isEqualTo("member.invite.sender_absent");
        assertThat(change(main, BOB, CAROL, "invite")).isEqualTo("member.invite.target");
        assertThat(change(main, CAROL, DAVE, "invite")).isEqualTo("member.invite.otherwise");
        assertThat(change(main, BOB, DAVE, "invite")).isEqualTo(ALLOWED);
        main.ban(ALICE, DAVE);
        assertThat(change(main, BOB, DAVE, "invite")).isEqualTo("member.invite.target");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void leavingTakesAMembershipThatCanBeLeft(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(change(main, DAVE, DAVE, "leave")).isEqualTo("member.leave.own");
        assertThat(change(main, CAROL, CAROL, "leave")).isEqualTo(ALLOWED);
        main.invite(ALICE, DAVE);
        assertThat(change(main, DAVE, DAVE, "leave")).isEqualTo(ALLOWED);
        main.leave(DAVE);
        main.joinRule(ALICE, "knock");
        main.knock(DAVE);
        assertThat(change(main, DAVE, DAVE, "leave")).isEqualTo(ALLOWED);
        main.ban(ALICE, DAVE);
        assertThat(change(main, DAVE, DAVE, "leave")).isEqualTo("member.leave.own");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void kickingAndUnbanningTakePower(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(change(main, DAVE, CAROL, "leave")).isEqualTo("member.kick.sender_absent");
        assertThat(change(main, CAROL, BOB, "leave")).isEqualTo("member.leave.otherwise");
        assertThat(change(main, BOB, ALICE, "leave")).isEqualTo("member.leave.otherwise");
        assertThat(change(main, BOB, CAROL, "leave")).isEqualTo(ALLOWED);
        main.powerLevels(ALICE, levels(version, "'" + BOB + "': 50", "'ban': 60"));
        main.ban(ALICE, CAROL);
        assertThat(change(main, BOB, CAROL, "leave")).isEqualTo("member.unban.level");
        assertThat(change(main, ALICE, CAROL, "leave")).isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void banningTakesAMemberWithMorePowerThanTheBanned(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(change(main, DAVE, CAROL, "ban")).isEqualTo("member.ban.sender_absent");
        assertThat(change(main, CAROL, DAVE, "ban")).isEqualTo("member.ban.otherwise");
        assertThat(change(main, BOB, ALICE, "ban")).isEqualTo("member.ban.otherwise");
        assertThat(change(main, BOB, BOB, "ban")).isEqualTo("member.ban.otherwise");
        assertThat(change(main, BOB, CAROL, "ban")).isEqualTo(ALLOWED);
        assertThat(change(main, BOB, DAVE, "ban")).isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void knockingTakesARoomThatAllowsItAndAnOutsider(RoomVersion version) {
        SketchBranch main = room(version);
        assertThat(change(main, DAVE, DAVE, "knock")).isEqualTo("member.knock.join_rule");
        for (String rule : new String[] {"knock", "knock_restricted"}) {
            main.joinRule(ALICE, rule);
            assertThat(change(main, BOB, DAVE, "knock")).isEqualTo("member.knock.other_user");
            assertThat(change(main, BOB, BOB, "knock")).isEqualTo("member.knock.otherwise");
            assertThat(change(main, DAVE, DAVE, "knock")).isEqualTo(ALLOWED);
        }
        main.invite(ALICE, DAVE);
        assertThat(change(main, DAVE, DAVE, "knock")).isEqualTo("member.knock.otherwise");
        main.ban(ALICE, DAVE);
        assertThat(change(main, DAVE, DAVE, "knock")).isEqualTo("member.knock.otherwise");
    }

    @Test
    void versionsWithoutKnockingDoNotKnowIt() {
        SketchBranch main = room(RoomVersions.V6);
        main.joinRule(ALICE, "knock");
        assertThat(change(main, DAVE, DAVE, "knock")).isEqualTo("member.unknown");
        assertThat(change(main, DAVE, DAVE, "join")).isEqualTo("member.join.otherwise");
    }

    @Test
    void aSecondCreatorIsOutOfReachOfTheFirst() {
        SketchBranch main = RoomSketch.open(
                        RoomVersions.V12,
                        ALICE,
                        Json.of("{'additional_creators': ['" + BOB + "']}"))
                .main();
        main.joinRule(ALICE, "public");
        main.join(BOB);
        main.join(CAROL);
        assertThat(change(main, ALICE, BOB, "leave")).isEqualTo("member.leave.otherwise");
        assertThat(change(main, BOB, ALICE, "ban")).isEqualTo("member.ban.otherwise");
        assertThat(change(main, BOB, CAROL, "ban")).isEqualTo(ALLOWED);
    }

    @Test
    void additionalCreatorsMeanNothingBeforeVersion12() {
        SketchBranch main = RoomSketch.open(
                        RoomVersions.V11,
                        ALICE,
                        Json.of("{'additional_creators': ['" + BOB + "']}"))
                .main();
        main.joinRule(ALICE, "public");
        main.join(BOB);
        main.join(CAROL);
        assertThat(change(main, BOB, CAROL, "ban")).isEqualTo("member.ban.otherwise");
    }
}
