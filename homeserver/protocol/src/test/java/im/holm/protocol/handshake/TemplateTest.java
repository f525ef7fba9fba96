package im.holm.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventReference;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// `make_join` and its kind, on both sides, and what is handed in afterwards.
class TemplateTest {
    private static final String ALICE = "@alice:one.example";
    private static final UserId BOB = UserId.of("@bob:two.example");
    private static final UserId CAROL = UserId.of("@carol:one.example");
    private static final ServerName ONE = ServerName.of("one.example");
    private static final ServerName TWO = ServerName.of("two.example");
    private static final RoomId OTHER_ROOM = RoomId.of("!other:one.example");
    private static final long NOW = 1_800_000_000_000L;
    private static final Set<String> BOTH = Set.of("11", "12");

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    private static SketchBranch room(RoomVersion version, String joinRule) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        main.joinRule(ALICE, joinRule);
        return main;
    }

    private static RoomFacts facts(SketchBranch branch) {
        RoomSketch room = branch.room();
        Pdu last = room.event(branch.heads()[0]);
        return new RoomFacts(
                room.version(),
                room.roomId(),
                room.authState(branch.state()),
                List.of(last.eventId()),
                EventReference.hashesOf(List.of(last)),
                last.depth() + 1);
    }

    private static TemplateAnswer make(HandshakeKind kind, SketchBranch branch) {
        return TemplateMaking.make(kind, BOB, BOTH, facts(branch), RestrictedFacts.NONE, NOW);
    }

    private static TemplateRequest request(HandshakeKind kind, SketchBranch branch) {
        return new TemplateRequest(
                kind,
                branch.room().roomId(),
                BOB,
                BOTH,
                Json.of("{'displayname': 'Bob', 'membership': 'ban', 'third_party_invite': {},"
                        + " 'join_authorised_via_users_server': '@x:y'}"));
    }

    private static JsonObject body(TemplateAnswer answer) {
        assertThat(answer).isInstanceOf(TemplateAnswer.Template.class);
        return ((TemplateAnswer.Template) answer).body();
    }

    private static Pdu sign(TemplateCheck check) {
        assertThat(check).isInstanceOf(TemplateCheck.Accepted.class);
        var accepted = (TemplateCheck.Accepted) check;
        SignedEvent signed =
                EventSigning.sign(accepted.version(), accepted.draft(), SketchKeys.signer(TWO));
        return ((SignedEvent.Signed) signed).event().pdu();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aJoinGoesThroughTheWholeHandshake(RoomVersion version) {
        SketchBranch main = room(version, "public");
        JsonObject body = body(make(HandshakeKind.JOIN, main));
        TemplateCheck check =
                TemplateReading.check(request(HandshakeKind.JOIN, main), ONE, body, NOW + 5);
        Pdu join = sign(check);
        assertThat(join.content())
                .isEqualTo(Json.of("{'displayname': 'Bob', 'membership': 'join'}"));
        assertThat(join.originServerTs()).isEqualTo(NOW + 5);
        assertThat(submit(HandshakeKind.JOIN, join, main, RestrictedFacts.NONE))
                .isEqualTo(new SubmissionCheck.Acceptable(false));
        int ev = main.room().add(join);
        assertThat(main.room().verdict(ev).isAllowed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void knocksAndLeavesDoToo(RoomVersion version) {
        SketchBranch main = room(version, "knock");
        Pdu knock = sign(TemplateReading.check(
                request(HandshakeKind.KNOCK, main),
                ONE,
                body(make(HandshakeKind.KNOCK, main)),
                NOW));
        assertThat(submit(HandshakeKind.KNOCK, knock, main, RestrictedFacts.NONE))
                .isEqualTo(new SubmissionCheck.Acceptable(false));
        assertThat(main.room().verdict(main.room().add(knock)).isAllowed()).isTrue();

        SketchBranch invited = room(version, "invite");
        invited.invite(ALICE, BOB.toString());
        Pdu leave = sign(TemplateReading.check(
                request(HandshakeKind.LEAVE, invited),
                ONE,
                body(make(HandshakeKind.LEAVE, invited)),
                NOW));
        assertThat(submit(HandshakeKind.LEAVE, leave, invited, RestrictedFacts.NONE))
                .isEqualTo(new SubmissionCheck.Acceptable(false));
        assertThat(invited.room().verdict(invited.room().add(leave)).isAllowed())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void noTemplateIsMadeForWhatTheRulesForbid(RoomVersion version) {
        assertThat(make(HandshakeKind.JOIN, room(version, "invite")))
                .isInstanceOfSatisfying(
                        TemplateAnswer.Forbidden.class,
                        denied -> assertThat(denied.rule()).isEqualTo("member.join.invited"));
        assertThat(make(HandshakeKind.KNOCK, room(version, "public")))
                .isInstanceOf(TemplateAnswer.Forbidden.class);
        assertThat(make(HandshakeKind.LEAVE, room(version, "public")))
                .isInstanceOf(TemplateAnswer.Forbidden.class);
    }

    @Test
    void aServerThatDoesNotSupportTheVersionIsTold() {
        SketchBranch main = room(RoomVersions.V12, "public");
        assertThat(TemplateMaking.make(
                        HandshakeKind.JOIN,
                        BOB,
                        Set.of("11"),
                        facts(main),
                        RestrictedFacts.NONE,
                        NOW))
                .isEqualTo(new TemplateAnswer.IncompatibleVersion(RoomVersions.V12));
    }

    static Stream<Arguments> wrongTemplates() {
        JsonValue number = new JsonInteger(1);
        return Stream.of(
                Arguments.of("type", new JsonString("m.room.power_levels")),
                Arguments.of("room_id", new JsonString("!other:one.example")),
                Arguments.of("sender", new JsonString("@mallory:two.example")),
                Arguments.of("state_key", new JsonString("@mallory:two.example")),
                Arguments.of("state_key", null),
                Arguments.of("content", Json.of("{'membership': 'leave'}")),
                Arguments.of("content", null),
                Arguments.of("prev_events", null),
                Arguments.of("prev_events", JsonArray.EMPTY),
                Arguments.of("prev_events", JsonArray.of(number)),
                Arguments.of("prev_events", JsonArray.ofStrings(Collections.nCopies(21, "$x"))),
                Arguments.of("auth_events", JsonArray.EMPTY),
                Arguments.of("auth_events", JsonArray.ofStrings(List.of("x"))),
                Arguments.of("auth_events", JsonArray.ofStrings(Collections.nCopies(11, "$x"))),
                Arguments.of("depth", new JsonInteger(-1)),
                Arguments.of("depth", JsonNull.NULL));
    }

    @ParameterizedTest
    @MethodSource("wrongTemplates")
    void aTemplateOfSomethingElseIsNotSigned(String key, JsonValue value) {
        SketchBranch main = room(RoomVersions.V12, "public");
        JsonObject body = body(make(HandshakeKind.JOIN, main));
        JsonObject event = body.object("event").orElseThrow();
        JsonObject wrong = value == null ? event.without(key) : event.with(key, value);
        assertThat(TemplateReading.check(
                        request(HandshakeKind.JOIN, main), ONE, body.with("event", wrong), NOW))
                .isInstanceOf(TemplateCheck.Refused.class);
    }

    @Test
    void anotherVersionThanWasOfferedIsNotSigned() {
        SketchBranch main = room(RoomVersions.V12, "public");
        JsonObject body = body(make(HandshakeKind.JOIN, main));
        for (JsonObject wrong : List.of(
                body.with("room_version", "10"),
                body.without("room_version"),
                body.with("room_version", 12),
                body.without("event"))) {
            assertThat(TemplateReading.check(request(HandshakeKind.JOIN, main), ONE, wrong, NOW))
                    .isInstanceOf(TemplateCheck.Refused.class);
        }
        TemplateRequest onlyEleven = new TemplateRequest(
                HandshakeKind.JOIN, main.room().roomId(), BOB, Set.of("11"), JsonObject.EMPTY);
        assertThat(TemplateReading.check(onlyEleven, ONE, body, NOW))
                .isInstanceOf(TemplateCheck.Refused.class);
    }

    @Test
    void nothingElseThatATemplateHoldsIsSigned() {
        SketchBranch main = room(RoomVersions.V12, "public");
        JsonObject body = body(make(HandshakeKind.JOIN, main));
        JsonObject event = body.object("event")
                .orElseThrow()
                .with("redacts", "$x")
                .with("extra", Json.of("{'m.server': 'evil'}"))
                .with("origin_server_ts", 5)
                .with(
                        "content",
                        Json.of("{'membership': 'join', 'displayname': 'Mallory', 'x': 1,"
                                + " 'join_authorised_via_users_server': 'nonsense'}"));
        Pdu join = sign(TemplateReading.check(
                request(HandshakeKind.JOIN, main), ONE, body.with("event", event), NOW));
        assertThat(join.content())
                .isEqualTo(Json.of("{'displayname': 'Bob', 'membership': 'join'}"));
        assertThat(join.json().keys())
                .containsExactly(
                        "auth_events",
                        "content",
                        "depth",
                        "hashes",
                        "origin_server_ts",
                        "prev_events",
                        "room_id",
                        "sender",
                        "signatures",
                        "state_key",
                        "type");
        assertThat(join.originServerTs()).isEqualTo(NOW);
    }

    private static SubmissionCheck submit(
            HandshakeKind kind, Pdu event, SketchBranch branch, RestrictedFacts restricted) {
        Submission submission =
                new Submission(kind, TWO, branch.room().roomId(), event.eventId(), event, ONE);
        return SubmissionReading.check(submission, facts(branch), restricted);
    }

    @Test
    void onlyTheKindOfEventThatWasAskedForIsTaken() {
        SketchBranch main = room(RoomVersions.V12, "public");
        Pdu join = sign(TemplateReading.check(
                request(HandshakeKind.JOIN, main), ONE, body(make(HandshakeKind.JOIN, main)), NOW));
        RoomFacts facts = facts(main);
        RoomId room = main.room().roomId();
        List<Submission> wrong = List.of(
                new Submission(HandshakeKind.LEAVE, TWO, room, join.eventId(), join, ONE),
                new Submission(HandshakeKind.JOIN, ONE, room, join.eventId(), join, ONE),
                new Submission(HandshakeKind.JOIN, TWO, OTHER_ROOM, join.eventId(), join, ONE),
                new Submission(
                        HandshakeKind.JOIN, TWO, room, main.room().event(1).eventId(), join, ONE));
        for (Submission submission : wrong) {
            assertThat(SubmissionReading.check(submission, facts, RestrictedFacts.NONE))
                    .isInstanceOf(SubmissionCheck.Refused.class);
        }
        Pdu topic = main.room().event(main.topic(ALICE, "x"));
        Pdu kick = main.room().event(main.kick(ALICE, BOB.toString()));
        SketchBranch eleven = room(RoomVersions.V11, "public");
        Pdu olderJoin = eleven.room().event(eleven.join(BOB.toString()));
        for (Pdu event : List.of(topic, kick, olderJoin)) {
            Submission submission = new Submission(
                    HandshakeKind.LEAVE,
                    event.sender().server(),
                    event.roomId(),
                    event.eventId(),
                    event,
                    ONE);
            assertThat(SubmissionReading.check(submission, facts(main), RestrictedFacts.NONE))
                    .isInstanceOf(SubmissionCheck.Refused.class);
        }
    }

    /// A room for the members of another, with our users Alice, who may invite, and Carol, who
    /// may not.
    private static SketchBranch restricted(RoomVersion version, String rule) {
        SketchBranch main = room(version, "public");
        String alice = version.privilegedCreators() ? "" : "'" + ALICE + "': 100";
        main.powerLevels(ALICE, Json.of("{'invite': 50, 'users': {" + alice + "}}"));
        main.join(CAROL.toString());
        main.state(
                ALICE,
                "m.room.join_rules",
                "",
                Json.of("{'join_rule': '" + rule + "', 'allow': [5, {'type': 'x'},"
                        + " {'type': 'm.room_membership', 'room_id': 'bad'},"
                        + " {'type': 'm.room_membership', 'room_id': '" + OTHER_ROOM + "'}]}"));
        return main;
    }

    private static final RestrictedFacts MEMBER = new RestrictedFacts(
            Set.of(OTHER_ROOM), Set.of(OTHER_ROOM), List.of(CAROL, UserId.of(ALICE)));

    private static TemplateAnswer makeJoin(SketchBranch branch, RestrictedFacts facts) {
        return TemplateMaking.make(HandshakeKind.JOIN, BOB, BOTH, facts(branch), facts, NOW);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aMemberOfTheOtherRoomIsLetInByWhoMayInvite(RoomVersion version) {
        for (String rule : List.of("restricted", "knock_restricted")) {
            SketchBranch main = restricted(version, rule);
            assertThat(RestrictedJoins.conditions(facts(main).state())).containsExactly(OTHER_ROOM);
            JsonObject body = body(makeJoin(main, MEMBER));
            Pdu join =
                    sign(TemplateReading.check(request(HandshakeKind.JOIN, main), ONE, body, NOW));
            assertThat(join.content().string("join_authorised_via_users_server"))
                    .contains(ALICE);
            assertThat(submit(HandshakeKind.JOIN, join, main, MEMBER))
                    .isEqualTo(new SubmissionCheck.Acceptable(true));
            assertThat(submit(
                            HandshakeKind.JOIN,
                            join,
                            main,
                            new RestrictedFacts(Set.of(OTHER_ROOM), Set.of(), List.of())))
                    .isInstanceOfSatisfying(
                            SubmissionCheck.NotPermitted.class,
                            refused -> assertThat(refused.permit())
                                    .isInstanceOf(JoinPermit.Forbidden.class));
            assertThat(main.room().verdict(main.room().add(join)).isAllowed()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whyAUserIsNotLetInIsSaid(RoomVersion version) {
        SketchBranch main = restricted(version, "restricted");
        Set<RoomId> known = Set.of(OTHER_ROOM);
        assertThat(makeJoin(main, new RestrictedFacts(known, Set.of(), List.of(UserId.of(ALICE)))))
                .isInstanceOf(TemplateAnswer.Forbidden.class);
        assertThat(makeJoin(
                        main, new RestrictedFacts(Set.of(), Set.of(), List.of(UserId.of(ALICE)))))
                .isInstanceOf(TemplateAnswer.UnableToAuthorise.class);
        assertThat(makeJoin(main, new RestrictedFacts(known, known, List.of(CAROL))))
                .isInstanceOf(TemplateAnswer.UnableToGrant.class);
        assertThat(makeJoin(
                        main,
                        new RestrictedFacts(known, known, List.of(UserId.of("@gone:one.example")))))
                .isInstanceOf(TemplateAnswer.UnableToGrant.class);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theInvitedNeedNoCondition(RoomVersion version) {
        SketchBranch main = restricted(version, "restricted");
        main.invite(ALICE, BOB.toString());
        JsonObject body = body(makeJoin(main, RestrictedFacts.NONE));
        assertThat(body.object("event").orElseThrow().object("content"))
                .contains(Json.of("{'membership': 'join'}"));
        assertThat(RestrictedJoins.isNeeded(
                        version, facts(room(version, "public")).state(), BOB))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void localEventsAreDraftedTheSameWay(RoomVersion version) {
        SketchBranch main = room(version, "public");
        EventDraft draft = TemplateMaking.draft(
                facts(main),
                UserId.of(ALICE),
                "m.room.message",
                java.util.Optional.empty(),
                Json.of("{'body': 'x'}"),
                NOW);
        assertThat(TemplateMaking.judge(facts(main), draft).isAllowed()).isTrue();
        assertThat(draft.authEvents())
                .contains(main.room()
                        .event(main.state().find(StateKey.member(UserId.of(ALICE))))
                        .eventId());
        EventDraft strangers = TemplateMaking.draft(
                facts(main),
                BOB,
                "m.room.message",
                java.util.Optional.empty(),
                JsonObject.EMPTY,
                NOW);
        assertThat(TemplateMaking.judge(facts(main), strangers).isAllowed()).isFalse();
        EventDraft tooLong = TemplateMaking.draft(
                facts(main),
                UserId.of(ALICE),
                "x".repeat(300),
                java.util.Optional.empty(),
                JsonObject.EMPTY,
                NOW);
        assertThat(TemplateMaking.judge(facts(main), tooLong).isAllowed()).isFalse();
    }
}
