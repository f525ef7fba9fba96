package im.holm.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
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
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// No server gets our signature on an event other than the one that we asked for, whatever it
/// answers to `make_join`, `make_knock` and `make_leave`, hands in, or calls an invite.
class SigningOracleTest {
    private static final String ALICE = "@alice:one.example";
    private static final String CAROL = "@carol:one.example";
    private static final UserId BOB = UserId.of("@bob:two.example");
    private static final ServerName ONE = ServerName.of("one.example");
    private static final ServerName TWO = ServerName.of("two.example");
    private static final RoomVersion VERSION = RoomVersions.V12;
    private static final RoomId OTHER_ROOM = RoomId.of("!other:one.example");
    private static final String AUTHORISER = "join_authorised_via_users_server";

    private final SketchBranch main = RoomSketch.open(VERSION, ALICE).main();

    private TemplateRequest request(HandshakeKind kind) {
        return new TemplateRequest(
                kind, main.room().roomId(), BOB, Set.of("12"), Json.of("{'displayname': 'Bob'}"));
    }

    private JsonObject template(HandshakeKind kind) {
        Pdu last = main.room().event(main.heads()[0]);
        return JsonObject.builder()
                .put("type", EventTypes.MEMBER)
                .put("room_id", main.room().roomId().text())
                .put("sender", BOB.toString())
                .put("state_key", BOB.toString())
                .put("content", JsonObject.EMPTY.with("membership", kind.membership()))
                .put("prev_events", JsonArray.ofStrings(List.of(last.eventId())))
                .put("auth_events", JsonArray.ofStrings(List.of(last.eventId())))
                .put("depth", 7)
                .build();
    }

    private TemplateCheck read(HandshakeKind kind, JsonObject event) {
        JsonObject body = JsonObject.builder()
                .put("room_version", "12")
                .put("event", event)
                .build();
        return TemplateReading.check(request(kind), ONE, body, 5);
    }

    private static Pdu signed(TemplateCheck check) {
        assertThat(check).isInstanceOf(TemplateCheck.Accepted.class);
        var accepted = (TemplateCheck.Accepted) check;
        return ((SignedEvent.Signed) EventSigning.sign(
                        accepted.version(), accepted.draft(), SketchKeys.signer(TWO)))
                .event()
                .pdu();
    }

    @ParameterizedTest
    @EnumSource
    void aTemplateOfAnotherEventIsNeverSigned(HandshakeKind kind) {
        JsonObject asked = template(kind);
        List<JsonObject> hostile = new ArrayList<>();
        for (String key : List.of("type", "room_id", "sender", "state_key", "content")) {
            hostile.add(asked.without(key));
            hostile.add(asked.with(key, 5));
        }
        for (String type : List.of("m.room.power_levels", "m.room.message", "M.ROOM.MEMBER")) {
            hostile.add(asked.with("type", type));
        }
        hostile.add(asked.with("room_id", OTHER_ROOM.text()));
        hostile.add(asked.with("sender", "@mallory:two.example"));
        hostile.add(asked.with("sender", ALICE));
        hostile.add(asked.with("state_key", "@mallory:two.example"));
        hostile.add(asked.with("state_key", ""));
        for (String membership : List.of("join", "knock", "leave", "invite", "ban", "")) {
            if (!membership.equals(kind.membership())) {
                hostile.add(asked.with("content", JsonObject.EMPTY.with("membership", membership)));
            }
        }
        assertThat(read(kind, asked)).isInstanceOf(TemplateCheck.Accepted.class);
        assertThat(hostile)
                .allSatisfy(event ->
                        assertThat(read(kind, event)).isInstanceOf(TemplateCheck.Refused.class));
    }

    @ParameterizedTest
    @EnumSource
    void ofATemplateOnlyReferencesAndDepthAreSigned(HandshakeKind kind) {
        JsonObject event = template(kind)
                .with("redacts", "$target")
                .with("origin", "evil.example")
                .with("origin_server_ts", 1)
                .with("event_id", "$chosen:evil.example")
                .with("hashes", Json.of("{'sha256': 'x'}"))
                .with("signatures", Json.of("{'evil.example': {'ed25519:1': 'x'}}"))
                .with("unsigned", Json.of("{'x': 1}"))
                .with(
                        "content",
                        Json.of("{'membership': '" + kind.membership() + "', 'displayname': 'M',"
                                + " 'third_party_invite': {'signed': {}}, 'reason': 'x',"
                                + " 'im.evil': true}"));
        Pdu ours = signed(read(kind, event));
        assertThat(ours.content())
                .isEqualTo(Json.of(
                        "{'displayname': 'Bob', 'membership': '" + kind.membership() + "'}"));
        assertThat(ours.json().keys())
                .containsExactlyInAnyOrder(
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
        assertThat(ours.json().object("signatures").orElseThrow().keys())
                .containsExactly("two.example");
        assertThat(ours.originServerTs()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource
    void aTemplateOfAVersionThatWasNotOfferedIsNeverSigned(HandshakeKind kind) {
        for (String version : List.of("11", "1", "", "x")) {
            JsonObject body = JsonObject.builder()
                    .put("room_version", version)
                    .put("event", template(kind))
                    .build();
            assertThat(TemplateReading.check(request(kind), ONE, body, 5))
                    .isInstanceOf(TemplateCheck.Refused.class);
        }
        assertThat(TemplateReading.check(
                        request(kind), ONE, JsonObject.EMPTY.with("event", template(kind)), 5))
                .isInstanceOf(TemplateCheck.Refused.class);
    }

    @Test
    void onlyAJoinNamesWhoAuthorisedItAndOnlyAUserOfTheServerThatAnswers() {
        for (HandshakeKind kind : HandshakeKind.values()) {
            JsonObject content = JsonObject.EMPTY.with("membership", kind.membership());
            Pdu ours = signed(
                    read(kind, template(kind).with("content", content.with(AUTHORISER, ALICE))));
            assertThat(ours.content().has(AUTHORISER)).isEqualTo(kind == HandshakeKind.JOIN);
            for (String foreign : List.of("@victim:three.example", BOB.toString())) {
                assertThat(read(
                                kind,
                                template(kind).with("content", content.with(AUTHORISER, foreign))))
                        .isInstanceOf(TemplateCheck.Refused.class);
            }
        }
    }

    private Pdu join(String authoriser, String membership) {
        return main.room()
                .event(main.fork()
                        .state(
                                BOB.toString(),
                                EventTypes.MEMBER,
                                BOB.toString(),
                                JsonObject.EMPTY
                                        .with("membership", membership)
                                        .with(AUTHORISER, authoriser)));
    }

    private SubmissionCheck submit(HandshakeKind kind, Pdu event, boolean meetsCondition) {
        Pdu last = main.room().event(main.heads()[0]);
        var facts = new RoomFacts(
                VERSION,
                main.room().roomId(),
                main.room().authState(main.state()),
                List.of(last.eventId()),
                last.depth() + 1);
        Set<RoomId> rooms = meetsCondition ? Set.of(OTHER_ROOM) : Set.of();
        return SubmissionReading.check(
                new Submission(kind, TWO, event.roomId(), event.eventId(), event, ONE),
                facts,
                new RestrictedFacts(
                        Set.of(OTHER_ROOM), rooms, List.of(UserId.of(ALICE), UserId.of(CAROL))));
    }

    private void restrict() {
        main.powerLevels(ALICE, Json.of("{'invite': 50}"));
        main.joinRule(ALICE, "public");
        main.join(CAROL);
        main.state(
                ALICE,
                EventTypes.JOIN_RULES,
                "",
                Json.of("{'join_rule': 'restricted', 'allow': [{'type': 'm.room_membership',"
                        + " 'room_id': '" + OTHER_ROOM + "'}]}"));
    }

    @Test
    void aJoinIsCosignedOnlyForWhoMeetsAConditionAndInTheNameOfWhoMayInvite() {
        restrict();
        assertThat(submit(HandshakeKind.JOIN, join(ALICE, "join"), true))
                .isEqualTo(new SubmissionCheck.Acceptable(true));
        assertThat(submit(HandshakeKind.JOIN, join(ALICE, "join"), false))
                .isInstanceOf(SubmissionCheck.NotPermitted.class);
        for (String powerless : List.of(CAROL, "@gone:one.example")) {
            assertThat(submit(HandshakeKind.JOIN, join(powerless, "join"), true))
                    .isInstanceOf(SubmissionCheck.NotPermitted.class);
        }
        assertThat(submit(HandshakeKind.JOIN, join("@x:three.example", "join"), true))
                .isEqualTo(new SubmissionCheck.Acceptable(false));
    }

    @Test
    void aJoinThatNeedsNobodyIsNotCosigned() {
        main.joinRule(ALICE, "public");
        assertThat(submit(HandshakeKind.JOIN, join(ALICE, "join"), true))
                .isInstanceOf(SubmissionCheck.Refused.class);
    }

    @Test
    void knocksAndLeavesThatNameOurUserAreNotCosigned() {
        main.joinRule(ALICE, "knock");
        assertThat(submit(HandshakeKind.KNOCK, join(ALICE, "knock"), true))
                .isEqualTo(new SubmissionCheck.Acceptable(false));
        assertThat(submit(HandshakeKind.LEAVE, join(ALICE, "leave"), true))
                .isEqualTo(new SubmissionCheck.Acceptable(false));
        assertThat(submit(HandshakeKind.JOIN, join(ALICE, "ban"), true))
                .isInstanceOf(SubmissionCheck.Refused.class);
    }

    private static void refuses(ServerName origin, RoomId room, EventId id, Pdu event) {
        var request = new InviteRequest(origin, room, id, event, List.of(), TWO);
        assertThat(InviteReading.refusal(request)).as(event.toString()).isPresent();
    }

    @Test
    void whatIsNoInviteOfOurUserByTheirsIsNeverCosigned() {
        Pdu invite = main.room().event(main.fork().invite(ALICE, BOB.toString()));
        var good =
                new InviteRequest(ONE, invite.roomId(), invite.eventId(), invite, List.of(), TWO);
        assertThat(InviteReading.refusal(good)).isEmpty();
        refuses(TWO, invite.roomId(), invite.eventId(), invite);
        refuses(ONE, OTHER_ROOM, invite.eventId(), invite);
        refuses(ONE, invite.roomId(), main.room().event(1).eventId(), invite);
        JsonObject content = JsonObject.EMPTY.with("membership", "invite");
        List<Integer> others = new ArrayList<>();
        for (String membership : List.of("join", "leave", "ban", "knock", "INVITE")) {
            others.add(main.fork().membership(ALICE, BOB.toString(), membership));
        }
        others.add(main.fork().invite(ALICE, CAROL));
        others.add(main.fork().invite(ALICE, "two.example"));
        others.add(main.fork().invite(BOB.toString(), BOB.toString()));
        others.add(main.fork().send(ALICE, EventTypes.MEMBER, content));
        others.add(main.fork().state(ALICE, "im.evil.member", BOB.toString(), content));
        for (int other : others) {
            Pdu event = main.room().event(other);
            refuses(ONE, event.roomId(), event.eventId(), event);
        }
    }

    @Test
    void anInviteKeepsItsIdWhenItIsCosignedAndGetsNothingButTheSignature() {
        Pdu invite = main.room().event(main.fork().invite(ALICE, BOB.toString()));
        JsonObject cosigned = EventSigning.cosign(VERSION, invite.json(), SketchKeys.signer(TWO));
        assertThat(cosigned.without("signatures")).isEqualTo(invite.json().without("signatures"));
        assertThat(PduParser.parse(VERSION, cosigned).wellFormed()).contains(invite);
    }
}
