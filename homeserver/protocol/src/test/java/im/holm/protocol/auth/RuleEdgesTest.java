package im.holm.protocol.auth;

import static im.holm.protocol.auth.MembershipRulesTest.ALICE;
import static im.holm.protocol.auth.MembershipRulesTest.BOB;
import static im.holm.protocol.auth.MembershipRulesTest.CAROL;
import static im.holm.protocol.auth.MembershipRulesTest.DAVE;
import static im.holm.protocol.auth.MembershipRulesTest.levels;
import static im.holm.protocol.sketch.Verdicts.ALLOWED;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonDecimal;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.sketch.Verdicts;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Levels that are just enough, rules that a version does not have yet, and lists that only a
/// hostile server writes: what a mutation run found that no other test told apart.
class RuleEdgesTest {
    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    private static String change(
            SketchBranch branch, String sender, String user, String membership) {
        return Verdicts.rule(branch.verdict(
                sender, EventTypes.MEMBER, user, Json.of("{'membership': '" + membership + "'}")));
    }

    /// The usual room, with other power levels.
    private static SketchBranch room(RoomVersion version, String more) {
        SketchBranch main = MembershipRulesTest.room(version);
        main.powerLevels(ALICE, levels(version, "'" + BOB + "': 50", more));
        return main;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void banningTakesTheLevelEvenAgainstSomebodyBelow(RoomVersion version) {
        assertThat(change(room(version, "'ban': 51"), BOB, CAROL, "ban"))
                .isEqualTo("member.ban.otherwise");
        assertThat(change(room(version, "'ban': 50"), BOB, CAROL, "ban")).isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void kickingTakesTheLevelEvenAgainstSomebodyBelow(RoomVersion version) {
        assertThat(change(room(version, "'kick': 51"), BOB, CAROL, "leave"))
                .isEqualTo("member.leave.otherwise");
        assertThat(change(room(version, "'kick': 50"), BOB, CAROL, "leave")).isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theLevelForBansIsEnoughToLiftOne(RoomVersion version) {
        SketchBranch main = room(version, "'ban': 50, 'kick': 50");
        main.ban(ALICE, CAROL);
        assertThat(change(main, BOB, CAROL, "leave")).isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aCreatorWhoLeftIsNotLetInAgainAsTheFirst(RoomVersion version) {
        SketchBranch main = room(version, "'invite': 50");
        main.joinRule(ALICE, "invite");
        main.leave(ALICE);
        assertThat(change(main, ALICE, ALICE, "join")).isEqualTo("member.join.invited");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whoAuthorisesAJoinIsInTheRoomWhateverTheLevel(RoomVersion version) {
        SketchBranch main = room(version, "'invite': 50");
        main.joinRule(ALICE, "restricted");
        main.leave(BOB);
        assertThat(Verdicts.rule(main.verdict(
                        DAVE,
                        EventTypes.MEMBER,
                        DAVE,
                        Json.of("{'membership': 'join', 'join_authorised_via_users_server': '" + BOB
                                + "'}"))))
                .isEqualTo("member.join.restricted.authoriser");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anAuthEventThatIsListedTwiceIsSeenInTheListItself(RoomVersion version) {
        SketchBranch main = room(version, "'invite': 50");
        RoomSketch room = main.room();
        Pdu hello = room.event(main.message(BOB, "hello"));
        JsonObject json = hello.json();
        JsonObject twice = json.with(
                "auth_events",
                JsonArray.ofStrings(
                        Stream.concat(hello.authEvents().stream(), hello.authEvents().stream())
                                .toList()));
        Pdu event = PduParser.parse(version, twice).wellFormed().orElseThrow();
        List<AuthEventList.Entry> entries = hello.authEvents().stream()
                .map(id -> new AuthEventList.Entry(room.event(room.number(id)), false))
                .toList();
        assertThat(Verdicts.rule(AuthEventList.check(hello, entries))).isEqualTo(ALLOWED);
        assertThat(Verdicts.rule(AuthEventList.check(event, entries)))
                .isEqualTo("auth_events.duplicate");
    }

    @Test
    void aRuleOfOurOwnAllowsInItsOwnName() {
        AuthRule rule = new AuthRule.Own("im.holm.rule");
        assertThat(rule.allows()).isEqualTo(new AuthVerdict.Allowed(rule));
    }

    @Test
    void rulesOfLaterVersionsDoNotBindEarlierOnes() {
        assertThat(RoomSketch.open(
                                RoomVersions.V11,
                                ALICE,
                                Json.of("{'additional_creators': ['bob']}"))
                        .verdict(1)
                        .isAllowed())
                .isTrue();
        assertThat(Verdicts.rule(room(RoomVersions.V7, "'invite': 50")
                        .verdict(
                                DAVE,
                                EventTypes.MEMBER,
                                DAVE,
                                Json.of("{'membership': 'join',"
                                        + " 'join_authorised_via_users_server': 'bob'}"))))
                .isEqualTo(ALLOWED);
    }

    /// Versions 1 to 10: the content says who the creator is.
    @Test
    void theCreatorOfAnOldRoomIsWhomItsContentNames() {
        RoomSketch room = RoomSketch.open(RoomVersions.V10, ALICE);
        Pdu create = PduParser.parse(
                        RoomVersions.V10,
                        ContentHash.addTo(room.event(1)
                                .json()
                                .with(
                                        "content",
                                        Json.of("{'room_version': '10', 'creator': '" + BOB
                                                + "'}"))))
                .wellFormed()
                .orElseThrow();
        AuthState state =
                key -> key.equals(StateKey.CREATE) ? Optional.of(create) : Optional.empty();
        assertThat(PowerLevels.creatorsOf(create)).containsExactly(BOB);
        assertThat(PowerLevels.in(RoomVersions.V10, state).ofUser(BOB)).isEqualTo(100);
        assertThat(PowerLevels.in(RoomVersions.V10, state).ofUser(ALICE)).isZero();
        assertThat(join(BOB, create, state)).isEqualTo(ALLOWED);
        assertThat(join(ALICE, create, state)).isEqualTo("member.join.invited");
    }

    private static String join(String user, Pdu create, AuthState state) {
        Pdu event = unsigned(
                RoomVersions.V10,
                "{'type': 'm.room.member', 'sender': '" + user + "', 'state_key': '" + user
                        + "', 'content': {'membership': 'join'}, 'room_id': '" + create.roomId()
                        + "', 'depth': 2, 'origin_server_ts': 1, 'auth_events': [],"
                        + " 'prev_events': ['" + create.eventId() + "']}");
        return Verdicts.rule(AuthRules.check(event, state));
    }

    private static Pdu unsigned(RoomVersion version, String json) {
        JsonObject event = ContentHash.addTo(Json.of(json)).with("signatures", JsonObject.EMPTY);
        return PduParser.parse(version, event)
                .wellFormed()
                .orElseThrow(() -> new AssertionError(PduParser.parse(version, event)));
    }

    @Test
    void whatIsNoUserAmongTheCreatorsIsPassedOver() {
        Pdu create = RoomSketch.open(
                        RoomVersions.V12,
                        ALICE,
                        Json.of("{'additional_creators': [1, '" + BOB + "', {}]}"))
                .event(1);
        assertThat(PowerLevels.creatorsOf(create)).containsExactlyInAnyOrder(ALICE, BOB);
    }

    @Test
    void whoIsInNoListHasLevelZero() {
        PowerLevels levels = new PowerLevels(
                RoomVersions.V9, Json.of("{'events': {'x': 'high', 'y': 7}}"), true, Set.of());
        assertThat(levels.ofUser(BOB)).isZero();
        assertThat(levels.toSend("y", true)).isEqualTo(7);
        assertThat(levels.toSend("x", true)).isEqualTo(50);
        assertThat(levels.toSend("x", false)).isZero();
    }

    @Test
    void whoIsInNoListHasTheDefaultLevelIfThereIsOne() {
        PowerLevels levels =
                new PowerLevels(RoomVersions.V9, Json.of("{'users_default': 30}"), true, Set.of());
        assertThat(levels.ofUser(BOB)).isEqualTo(30);
    }

    @Test
    void onlyNumbersAndTheirTextAreLevelsAndFloatsOnlyWhereEventsMayHoldThem() {
        assertThat(Levels.read(RoomVersions.V5, JsonBoolean.TRUE)).isEmpty();
        assertThat(Levels.read(RoomVersions.V5, JsonArray.EMPTY)).isEmpty();
        assertThat(Levels.read(RoomVersions.V5, new JsonDecimal("1.5"))).hasValue(1);
        assertThat(Levels.read(RoomVersions.V6, new JsonDecimal("1.5"))).isEmpty();
        assertThat(Levels.read(RoomVersions.V6, new JsonString(" 7 "))).hasValue(7);
        assertThat(Levels.read(RoomVersions.V10, new JsonString("7"))).isEmpty();
    }

    @Test
    void anotherSpellingOfALevelIsNoChange() {
        SketchBranch main = RoomSketch.open(RoomVersions.V9, ALICE).main();
        JsonObject text = Json.of("{'users': {'" + ALICE + "': 100, '" + BOB
                + "': 50}, 'ban': '75'," + " 'events': {'m.room.power_levels': 50}}");
        main.powerLevels(ALICE, text);
        main.joinRule(ALICE, "public");
        main.join(BOB);
        assertThat(Verdicts.rule(
                        main.verdict(BOB, EventTypes.POWER_LEVELS, "", text.with("ban", 75))))
                .isEqualTo(ALLOWED);
        assertThat(Verdicts.rule(
                        main.verdict(BOB, EventTypes.POWER_LEVELS, "", text.with("ban", 74))))
                .isEqualTo("power_levels.named.current");
    }

    private static List<StateKey> selected(
            RoomVersion version, String type, String stateKey, String content) {
        return AuthSelection.typesFor(
                version, type, UserId.of(ALICE), Optional.of(stateKey), Json.of(content));
    }

    @Test
    void theSelectionAsksForNoMoreThanTheEventNeeds() {
        StateKey alice = StateKey.member(UserId.of(ALICE));
        StateKey bob = StateKey.member(UserId.of(BOB));
        StateKey carol = StateKey.member(UserId.of(CAROL));
        RoomVersion version = RoomVersions.V12;
        assertThat(selected(version, EventTypes.TOPIC, BOB, "{'membership': 'join'}"))
                .containsExactly(StateKey.POWER_LEVELS, alice);
        assertThat(selected(version, EventTypes.MEMBER, BOB, "{'membership': 'leave'}"))
                .containsExactly(StateKey.POWER_LEVELS, alice, bob);
        String authorised = "'join_authorised_via_users_server': '" + CAROL + "'}";
        assertThat(selected(
                        version, EventTypes.MEMBER, BOB, "{'membership': 'join', " + authorised))
                .containsExactly(StateKey.POWER_LEVELS, alice, bob, StateKey.JOIN_RULES, carol);
        assertThat(selected(
                        version, EventTypes.MEMBER, BOB, "{'membership': 'knock', " + authorised))
                .containsExactly(StateKey.POWER_LEVELS, alice, bob, StateKey.JOIN_RULES);
        assertThat(selected(
                        RoomVersions.V7,
                        EventTypes.MEMBER,
                        BOB,
                        "{'membership': 'join', " + authorised))
                .containsExactly(
                        StateKey.CREATE, StateKey.POWER_LEVELS, alice, bob, StateKey.JOIN_RULES);
        assertThat(selected(
                        version,
                        EventTypes.MEMBER,
                        BOB,
                        "{'membership': 'join', 'third_party_invite': {'signed': {'token': 't'}}}"))
                .doesNotContain(new StateKey(EventTypes.THIRD_PARTY_INVITE, "t"));
    }

    /// Version 1, whose events are read, though not made, here. Bob has level 0.
    private static String inVersion1(String levels, String fields) {
        String common = "'room_id': '!a:one.example', 'depth': 1, 'origin_server_ts': 1,"
                + " 'prev_events': [['$p:one.example', {}]], 'auth_events': [], ";
        Pdu create = unsigned(
                RoomVersions.V1,
                "{" + common
                        + "'event_id': '$c:one.example', 'type': 'm.room.create', 'state_key': '',"
                        + " 'sender': '" + ALICE + "', 'content': {'creator': '" + ALICE + "'}}");
        Pdu power = unsigned(
                RoomVersions.V1,
                "{" + common
                        + "'event_id': '$l:one.example', 'type': 'm.room.power_levels',"
                        + " 'state_key': '', 'sender': '" + ALICE + "', 'content': " + levels
                        + "}");
        Pdu member = unsigned(
                RoomVersions.V1,
                "{" + common
                        + "'event_id': '$j:two.example', 'type': 'm.room.member', 'state_key': '"
                        + BOB + "', 'sender': '" + BOB + "', 'content': {'membership': 'join'}}");
        Pdu event = unsigned(
                RoomVersions.V1,
                "{" + common + fields + ", 'sender': '" + BOB + "', 'content': {}}");
        return Verdicts.rule(AuthRules.check(
                event,
                key -> Stream.of(create, power, member)
                        .filter(one -> one.statePlace().orElseThrow().equals(key))
                        .findFirst()));
    }

    @Test
    void theFirstVersionsAskForTheLevelOfRedactionsAndOfNothingElse() {
        String redaction = "'event_id': '$r:two.example', 'type': 'm.room.redaction'";
        String others = redaction + ", 'redacts': '$m:one.example'";
        assertThat(inVersion1("{}", others)).isEqualTo("redaction.otherwise");
        assertThat(inVersion1("{'redact': 0}", others)).isEqualTo(ALLOWED);
        assertThat(inVersion1("{'redact': 1}", others)).isEqualTo("redaction.otherwise");
        assertThat(inVersion1("{}", redaction)).isEqualTo("redaction.otherwise");
        assertThat(inVersion1("{}", redaction + ", 'redacts': '$serverless'"))
                .isEqualTo("redaction.otherwise");
        assertThat(inVersion1("{}", "'event_id': '$m:two.example', 'type': 'm.room.message'"))
                .isEqualTo(ALLOWED);
    }
}
