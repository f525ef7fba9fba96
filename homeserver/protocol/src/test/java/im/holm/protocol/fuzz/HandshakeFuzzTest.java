package im.holm.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventReference;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.handshake.HandshakeKind;
import im.holm.protocol.handshake.InviteCheck;
import im.holm.protocol.handshake.InviteReading;
import im.holm.protocol.handshake.InviteRequest;
import im.holm.protocol.handshake.RestrictedFacts;
import im.holm.protocol.handshake.RestrictedJoins;
import im.holm.protocol.handshake.RoomFacts;
import im.holm.protocol.handshake.RoomStateReading;
import im.holm.protocol.handshake.StrippedState;
import im.holm.protocol.handshake.Submission;
import im.holm.protocol.handshake.SubmissionCheck;
import im.holm.protocol.handshake.SubmissionReading;
import im.holm.protocol.handshake.TemplateAnswer;
import im.holm.protocol.handshake.TemplateCheck;
import im.holm.protocol.handshake.TemplateMaking;
import im.holm.protocol.handshake.TemplateReading;
import im.holm.protocol.handshake.TemplateRequest;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What other servers hand in or answer when somebody is to join, leave, knock or be invited.
class HandshakeFuzzTest {
    private static final int CASES = 1_000;
    private static final UserId ALICE = UserId.of(EventChaos.USERS.getFirst());
    private static final UserId BOB = UserId.of(EventChaos.USERS.get(1));
    private static final ServerName US = BOB.server();

    private int accepted;
    private int invited;
    private int offered;
    private int submitted;

    @Test
    void whateverAnotherServerSaysIsAnsweredAndNothingElseThanAskedForIsSigned() {
        long cases = FuzzRun.each(CASES, random -> {
            EventChaos chaos = EventChaos.ofAnyVersion(random);
            RoomFacts room = room(chaos);
            readTemplate(chaos);
            offerTemplate(chaos, room);
            submit(chaos, room);
            invite(chaos, room);
        });
        if (FuzzRun.isDefault()) {
            assertThat(accepted).isGreaterThan(CASES / 50);
            assertThat(invited).isGreaterThan(CASES / 50);
            assertThat(offered).isGreaterThan(CASES / 50);
            assertThat(submitted).isGreaterThan(CASES / 50);
        }
        assertThat(cases).isPositive();
    }

    /// A room in whose state anything may stand.
    private static RoomFacts room(EventChaos chaos) {
        Pdu create = chaos.create();
        Map<StateKey, Pdu> state = new HashMap<>();
        state.put(StateKey.CREATE, create);
        for (int i = chaos.random.nextInt(8); i > 0; i--) {
            String type = chaos.any(EventChaos.TYPES);
            if (!type.equals(EventTypes.CREATE)) {
                String key = type.equals(EventTypes.MEMBER) ? chaos.any(EventChaos.USERS) : "";
                Pdu event = chaos.parse(chaos.fields(
                                type,
                                chaos.any(EventChaos.USERS),
                                Optional.of(create.roomId().text()),
                                EventChaos.Refs.NONE)
                        .put("state_key", key));
                state.put(event.statePlace().orElseThrow(), event);
            }
        }
        AuthState view = key -> Optional.ofNullable(state.get(key));
        return new RoomFacts(
                chaos.version,
                create.roomId(),
                view,
                List.of(create.eventId()),
                EventReference.hashesOf(List.of(create)),
                7);
    }

    private static RestrictedFacts facts(EventChaos chaos, RoomFacts room) {
        Set<RoomId> rooms = Set.copyOf(RestrictedJoins.conditions(room.state()));
        return new RestrictedFacts(
                chaos.oneIn(2) ? rooms : Set.of(),
                chaos.oneIn(2) ? rooms : Set.of(),
                List.of(ALICE, BOB));
    }

    private void readTemplate(EventChaos chaos) {
        RoomId room = RoomId.of("!room:one.example");
        TemplateRequest request = new TemplateRequest(
                chaos.any(List.of(HandshakeKind.values())),
                room,
                ALICE,
                RoomVersions.supportedIds(),
                JsonObject.EMPTY.with("displayname", "Alice"));
        EventChaos.Refs refs = new EventChaos.Refs(
                List.of(EventId.of("$" + "A".repeat(43))),
                List.of(EventId.of("$" + "E".repeat(43))));
        JsonObject event = chaos.fields(
                        EventTypes.MEMBER, ALICE.toString(), Optional.of(room.text()), refs)
                .put("state_key", ALICE.toString())
                .put(
                        "content",
                        chaos.object(2).with("membership", request.kind().membership()))
                .build();
        if (chaos.oneIn(2)) {
            event = event.with(
                    chaos.any(List.of("type", "sender", "state_key", "prev_events", "depth")),
                    chaos.value(2));
        }
        JsonObject body = JsonObject.EMPTY
                .with("room_version", chaos.version.id())
                .with("event", chaos.oneIn(10) ? chaos.value(2) : event);
        switch (TemplateReading.check(request, US, body, 1)) {
            case TemplateCheck.Accepted(var version, EventDraft draft) -> {
                accepted++;
                assertThat(draft.sender()).isEqualTo(ALICE);
                assertThat(draft.type()).isEqualTo(EventTypes.MEMBER);
                assertThat(draft.stateKey()).contains(ALICE.toString());
                assertThat(draft.roomId()).contains(room);
                assertThat(draft.content().string("membership"))
                        .contains(request.kind().membership());
                EventSigning.sign(version, draft, SketchKeys.signer(ALICE.server()));
            }
            case TemplateCheck.Refused(String reason) -> assertThat(reason).isNotEmpty();
        }
    }

    private void offerTemplate(EventChaos chaos, RoomFacts room) {
        TemplateAnswer answer = TemplateMaking.make(
                chaos.any(List.of(HandshakeKind.values())),
                chaos.oneIn(2) ? ALICE : BOB,
                Set.of(chaos.version.id()),
                room,
                facts(chaos, room),
                1);
        offered += answer instanceof TemplateAnswer.Template ? 1 : 0;
    }

    private void submit(EventChaos chaos, RoomFacts room) {
        HandshakeKind kind = chaos.any(List.of(HandshakeKind.values()));
        Pdu event = member(chaos, room, ALICE.toString(), ALICE.toString(), kind.membership());
        Submission submission =
                new Submission(kind, ALICE.server(), room.roomId(), event.eventId(), event, US);
        SubmissionCheck check = SubmissionReading.check(submission, room, facts(chaos, room));
        if (check instanceof SubmissionCheck.Acceptable) {
            submitted++;
            assertThat(event.membership()).contains(kind.membership());
            assertThat(event.sender().server()).isEqualTo(ALICE.server());
            assertThat(event.stateKey()).contains(event.sender().toString());
        }
    }

    private void invite(EventChaos chaos, RoomFacts room) {
        Pdu event = member(chaos, room, ALICE.toString(), BOB.toString(), "invite");
        List<JsonObject> state = new ArrayList<>();
        StrippedState.select(room.state(), ALICE)
                .forEach(shown ->
                        state.add(chaos.oneIn(5) ? chaos.object(3) : signed(chaos, shown.json())));
        RoomStateReading.check(chaos.version, room.roomId(), state, new SketchKeys());
        InviteRequest request =
                new InviteRequest(ALICE.server(), room.roomId(), event.eventId(), event, state, US);
        switch (InviteReading.check(request, new SketchKeys())) {
            case InviteCheck.Acceptable(var invite, List<JsonObject> shown) -> {
                invited++;
                assertThat(invite.pdu().membership()).contains("invite");
                assertThat(UserId.of(invite.pdu().stateKey().orElseThrow()).server())
                        .isEqualTo(US);
                assertThat(shown).hasSizeLessThanOrEqualTo(RoomStateReading.EVENTS_MAX);
            }
            case InviteCheck.Refused(String reason) -> assertThat(reason).isNotEmpty();
        }
    }

    private static Pdu member(
            EventChaos chaos, RoomFacts room, String sender, String user, String membership) {
        JsonObject content = chaos.object(3);
        if (!chaos.oneIn(10)) {
            content = content.with("membership", new JsonString(membership));
        }
        JsonObject event = chaos.fields(
                        chaos.oneIn(10) ? EventTypes.TOPIC : EventTypes.MEMBER,
                        chaos.oneIn(10) ? chaos.any(EventChaos.USERS) : sender,
                        Optional.of(
                                chaos.oneIn(10)
                                        ? "!x:one.example"
                                        : room.roomId().text()),
                        EventChaos.Refs.NONE)
                .put("state_key", chaos.oneIn(10) ? chaos.any(EventChaos.USERS) : user)
                .put("content", content)
                .build();
        JsonObject hashed = signed(chaos, ContentHash.addTo(event.without("signatures")));
        return im.holm.protocol.event.PduParser.parse(chaos.version, hashed)
                .wellFormed()
                .orElseThrow(() -> new AssertionError("malformed: " + hashed));
    }

    private static JsonObject signed(EventChaos chaos, JsonObject event) {
        return chaos.oneIn(10)
                ? event.with("signatures", JsonObject.EMPTY)
                : EventSigning.cosign(
                        chaos.version,
                        event.without("signatures"),
                        SketchKeys.signer(ALICE.server()));
    }
}
