package im.holm.federation.remote;

import static im.holm.federation.remote.RemoteFixture.ALICE;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.port.RemoteMembership.Answer;
import im.holm.engine.port.RemoteMembership.Joined;
import im.holm.engine.port.RemoteMembership.Knocked;
import im.holm.federation.Internet;
import im.holm.federation.Peer;
import im.holm.platform.egress.EgressOutcome;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Headers;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.version.RoomVersions;
import im.holm.testnode.TestDatabase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class HandshakesTest {
    private static final String V1 = "/_matrix/federation/v1/";
    private static final String V2 = "/_matrix/federation/v2/";

    private static TestDatabase database;

    private final RemoteFixture net = new RemoteFixture(database);

    @BeforeAll
    static void open() {
        database = TestDatabase.with("federation");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "3", "6", "10", "11", "12"})
    void aJoinIsMadeSignedAndSent(String version) {
        RoomSketch room = residentRoom(version);

        Joined joined = done(join(room, net.resident));

        assertThat(joined.version().id()).isEqualTo(version);
        assertThat(joined.state())
                .extracting(VerifiedPdu::pdu)
                .containsExactlyElementsOf(RemoteFixture.state(room));
        assertThat(joined.from()).isEqualTo(net.resident.name());
        Pdu event = joined.event().pdu();
        assertThat(event.membership()).contains("join");
        assertThat(event.content().string("displayname")).contains("Alice");
        assertThat(event.sender()).isEqualTo(ALICE);
        var sent = net.internet.requests(V2 + "send_join/").getFirst();
        assertThat(Peer.body(sent)).isEqualTo(event.json());
        assertThat(net.internet.requests(V1 + "make_join/").getFirst().path()).contains("ver=12");
        assertThat(EventVerification.verify(event, net.client.keyRing()))
                .isInstanceOf(SignatureCheck.Verified.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'m.room.power_levels'}",
                "{'sender':'@mallory:us.example.org:1'}",
                "{'state_key':'@mallory:us.example.org:1'}",
                "{'room_id':'!other:resident.example.org'}",
                "{'content':{'membership':'leave'}}",
                "{'content':{'membership':'ban'}}",
                "{'prev_events':[]}",
                "{'auth_events':'none'}",
                "{'depth':'deep'}"
            })
    void aTemplateOfSomethingElseIsNeverSigned(String change) {
        RoomSketch room = residentRoom("12");
        JsonObject template = RemoteFixture.template(room, ALICE, "join");
        JsonObject.Builder event =
                JsonObject.builder().putAll(template.object("event").orElseThrow());
        event.putAll(Json.of(change));
        net.resident.answer(V1 + "make_join", template.with("event", event.build()));

        assertThat(failed(join(room, net.resident)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);
        assertThat(net.internet.requests(V2)).isEmpty();
    }

    @Test
    void whatATemplateAddsToTheContentIsLeftOut() {
        RoomSketch room = residentRoom("12");
        JsonObject template = RemoteFixture.template(room, ALICE, "join");
        JsonObject event = template.object("event").orElseThrow();
        net.resident.answer(
                V1 + "make_join",
                template.with(
                        "event",
                        event.with("content", Json.of("{'membership':'join','evil':true}"))
                                .with("evil", "yes")));

        Pdu joined = done(join(room, net.resident)).event().pdu();

        assertThat(joined.json().has("evil")).isFalse();
        assertThat(joined.content().has("evil")).isFalse();
    }

    @Test
    void theNextServerIsTriedWhenOneCannot() {
        RoomSketch room = residentRoom("12");
        Peer away = new Peer("away.example.org:1");
        Peer stranger = net.peer("stranger.example.org:1").decline(V1, 404, "M_NOT_FOUND");
        Peer unable = net.peer("unable.example.org:1").decline(V1, 400, "M_UNABLE_TO_GRANT_JOIN");

        assertThat(done(join(room, away, stranger, unable, net.resident)).from())
                .isEqualTo(net.resident.name());
    }

    @Test
    void aServerThatSaysNoEndsTheSearch() {
        RoomSketch room = residentRoom("12");
        Peer guard = net.peer("guard.example.org:1").decline(V1, 403, "M_FORBIDDEN");

        assertThat(failed(join(room, guard, net.resident)).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(net.internet.requests(V2)).isEmpty();
    }

    @Test
    void anUnknownRoomVersionIsTold() {
        RoomSketch room = residentRoom("12");
        net.resident.answer(
                V1 + "make_join",
                _ -> Internet.json(
                        400,
                        "{\"errcode\":\"M_INCOMPATIBLE_ROOM_VERSION\",\"error\":\"no\","
                                + "\"room_version\":\"99\"}",
                        Headers.empty()));

        Problem problem = failed(join(room, net.resident));

        assertThat(problem.code()).isEqualTo(ErrorCode.INCOMPATIBLE_ROOM_VERSION);
        assertThat(problem.extra().toString()).contains("99");
    }

    @Test
    void aStateOfAnotherRoomOrWithoutACreateEventIsUnusable() {
        RoomSketch room = residentRoom("12");
        RoomSketch other = net.room(RoomVersions.find("12").orElseThrow());
        other.main().message("@bob:resident.example.org:1", "another create event");
        net.resident.answer(
                V2 + "send_join", RemoteFixture.joinAnswer(room).with("state", JsonArray.EMPTY));
        assertThat(failed(join(room, net.resident)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);

        RoomSketch elsewhere = RoomSketch.open(
                RoomVersions.find("12").orElseThrow(), "@eve:resident.example.org:1");
        net.resident.answer(V2 + "send_join", RemoteFixture.joinAnswer(elsewhere));
        assertThat(failed(join(room, net.resident)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);
    }

    @Test
    void aStateWithMembersLeftOutIsUnusableSinceWeDidNotAsk() {
        RoomSketch room = residentRoom("12");
        net.resident.answer(
                V2 + "send_join",
                RemoteFixture.joinAnswer(room)
                        .with("members_omitted", im.holm.protocol.json.JsonBoolean.of(true)));

        assertThat(failed(join(room, net.resident)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);
    }

    @Test
    void forgedEventsInTheStateAreDropped() {
        RoomSketch room = residentRoom("12");
        Pdu rule = room.event(3);
        JsonObject forged =
                rule.json().with("content", JsonObject.EMPTY.with("join_rule", "invite"));
        JsonObject unsigned = room.event(2).json().with("signatures", JsonObject.EMPTY);
        JsonArray state = JsonArray.of(room.event(1).json(), unsigned, forged);
        net.resident.answer(V2 + "send_join", RemoteFixture.joinAnswer(room).with("state", state));

        Joined joined = done(join(room, net.resident));

        assertThat(joined.state())
                .extracting(each -> each.pdu().content().has("join_rule"))
                .doesNotContain(true);
        assertThat(joined.state()).hasSizeLessThan(3);
    }

    @Test
    void anAnswerThatIsTooLargeOrNotJsonIsUnusable() {
        RoomSketch room = residentRoom("12");
        net.resident.answer(V2 + "send_join", _ -> new EgressOutcome.TooLarge(1));
        assertThat(failed(join(room, net.resident)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);

        net.resident.answer(V2 + "send_join", _ -> Internet.json("[200,{}]"));
        assertThat(failed(join(room, net.resident)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);
    }

    @Test
    void aRestrictedJoinNeedsTheSignatureOfTheServerThatAuthorisesIt() {
        RoomSketch room = residentRoom("12");
        JsonObject template = RemoteFixture.template(room, ALICE, "join");
        JsonObject event = template.object("event").orElseThrow();
        JsonObject content = Json.of("{'membership':'join','join_authorised_via_users_server':"
                + "'@bob:resident.example.org:1'}");
        net.resident.answer(
                V1 + "make_join", template.with("event", event.with("content", content)));
        assertThat(failed(join(room, net.resident)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);

        net.resident.answer(
                V2 + "send_join",
                request -> Internet.json(Peer.text(RemoteFixture.joinAnswer(room)
                        .with(
                                "event",
                                EventSigning.cosign(
                                        room.version(),
                                        Peer.body(request),
                                        net.resident.signer())))));
        Pdu joined = done(join(room, net.resident)).event().pdu();

        assertThat(joined.json().object("signatures").orElseThrow().keys())
                .containsExactlyInAnyOrder("us.example.org:1", "resident.example.org:1");
    }

    @Test
    void withoutServersThereIsNobodyToAsk() {
        RoomSketch room = residentRoom("12");

        assertThat(failed(join(room)).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(failed(join(room, net.us)).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void aLeaveIsMadeSignedAndSent() {
        RoomSketch room = residentRoom("12");
        room.main().join(ALICE.toString());
        net.resident.answer(V1 + "make_leave", RemoteFixture.template(room, ALICE, "leave"));
        net.resident.answer(V2 + "send_leave", JsonObject.EMPTY);

        VerifiedPdu left = done(net.client.leave(
                ALICE, room.roomId(), List.of(net.resident.name()), JsonObject.EMPTY));

        assertThat(left.pdu().membership()).contains("leave");
    }

    @Test
    void aKnockIsMadeSignedAndSentAndItsRoomStateChecked() {
        RoomSketch room = residentRoom("12");
        RoomSketch other = RoomSketch.open(
                RoomVersions.find("12").orElseThrow(), "@eve:resident.example.org:1");
        net.resident.answer(V1 + "make_knock", RemoteFixture.template(room, ALICE, "knock"));
        net.resident.answer(
                V1 + "send_knock",
                JsonObject.of(
                        "knock_room_state",
                        JsonArray.of(room.event(1).json(), other.event(1).json())));

        Knocked knocked = done(net.client.knock(
                ALICE, room.roomId(), List.of(net.resident.name()), JsonObject.EMPTY));

        assertThat(knocked.event().pdu().membership()).contains("knock");
        assertThat(knocked.strippedState()).hasSize(1);
        assertThat(knocked.strippedState().getFirst().keys())
                .containsExactlyInAnyOrder("content", "sender", "state_key", "type");
    }

    @Test
    void anInviteComesBackWithTheSignatureOfTheInvitedServerAndNothingElse() {
        VerifiedPdu invite = invite();
        net.resident.answer(V2 + "invite", request -> {
            JsonObject signed = EventSigning.cosign(
                    invite.pdu().version(),
                    Peer.body(request).object("event").orElseThrow(),
                    net.resident.signer());
            return Internet.json(Peer.text(
                    JsonObject.of("event", signed.with("content", Json.of("{'evil':true}")))));
        });

        VerifiedPdu signed =
                done(net.client.invite(net.resident.name(), invite, List.of(invite), List.of()));

        assertThat(signed.eventId()).isEqualTo(invite.eventId());
        assertThat(signed.pdu().content()).isEqualTo(invite.pdu().content());
        assertThat(signed.pdu().json().object("signatures").orElseThrow().keys())
                .containsExactlyInAnyOrder("us.example.org:1", "resident.example.org:1");
        JsonObject body = Peer.body(net.internet.requests(V2 + "invite").getFirst());
        assertThat(body.string("room_version")).contains("12");
        assertThat(body.array("invite_room_state").orElseThrow().size()).isEqualTo(1);
    }

    @Test
    void anInviteThatIsNotSignedOrDeclinedFails() {
        VerifiedPdu invite = invite();
        net.resident.answer(V2 + "invite", JsonObject.of("event", invite.pdu().json()));
        assertThat(failed(inviteResident(invite)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);

        JsonObject stranger = EventSigning.cosign(
                invite.pdu().version(), invite.pdu().json(), new Peer("x.example.org").signer());
        JsonObject signatures = stranger.object("signatures").orElseThrow();
        JsonObject forged = stranger.with(
                "signatures",
                signatures.with(
                        net.resident.name().text(),
                        signatures.object("x.example.org").orElseThrow()));
        net.resident.answer(V2 + "invite", JsonObject.of("event", forged));
        assertThat(failed(inviteResident(invite)).code()).isEqualTo(ErrorCode.BAD_GATEWAY);

        net.resident.decline(V2 + "invite", 403, "M_INVITE_BLOCKED");
        assertThat(failed(inviteResident(invite)).code()).isEqualTo(ErrorCode.INVITE_BLOCKED);
    }

    private Answer<VerifiedPdu> inviteResident(VerifiedPdu invite) {
        return net.client.invite(net.resident.name(), invite, List.of(invite), List.of());
    }

    private VerifiedPdu invite() {
        RoomSketch ours = RoomSketch.open(RoomVersions.find("12").orElseThrow(), ALICE.toString());
        int ev = ours.main().invite(ALICE.toString(), "@bob:resident.example.org:1");
        return new VerifiedPdu(ours.event(ev));
    }

    private RoomSketch residentRoom(String version) {
        RoomSketch room = net.room(RoomVersions.find(version).orElseThrow());
        net.resident.answer(V1 + "make_join", RemoteFixture.template(room, ALICE, "join"));
        net.resident.answer(V2 + "send_join", RemoteFixture.joinAnswer(room));
        return room;
    }

    private Answer<Joined> join(RoomSketch room, Peer... via) {
        List<ServerName> servers = java.util.Arrays.stream(via).map(Peer::name).toList();
        return net.client.join(
                UserId.of(ALICE.toString()),
                room.roomId(),
                servers,
                JsonObject.EMPTY.with("displayname", "Alice"));
    }

    private static <T> T done(Answer<T> answer) {
        assertThat(answer).isInstanceOf(Answer.Done.class);
        return ((Answer.Done<T>) answer).value();
    }

    private static Problem failed(Answer<?> answer) {
        assertThat(answer).isInstanceOf(Answer.Failed.class);
        return ((Answer.Failed<?>) answer).problem();
    }
}
