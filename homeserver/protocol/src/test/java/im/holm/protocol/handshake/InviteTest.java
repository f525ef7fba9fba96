package im.holm.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class InviteTest {
    private static final String ALICE = "@alice:one.example";
    private static final String BOB = "@bob:two.example";
    private static final ServerName ONE = ServerName.of("one.example");
    private static final ServerName TWO = ServerName.of("two.example");
    private static final KeyRing KEYS = new SketchKeys();

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    private record Sent(SketchBranch branch, Pdu invite, List<JsonObject> state) {
        InviteRequest request() {
            return new InviteRequest(ONE, invite.roomId(), invite.eventId(), invite, state, TWO);
        }

        InviteRequest with(List<JsonObject> otherState) {
            return new InviteRequest(
                    ONE, invite.roomId(), invite.eventId(), invite, otherState, TWO);
        }
    }

    private static Sent sent(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        main.joinRule(ALICE, "invite");
        main.state(ALICE, EventTypes.NAME, "", Json.of("{'name': 'A room'}"));
        main.topic(ALICE, "topic");
        List<Pdu> shown =
                StrippedState.select(main.room().authState(main.state()), UserId.of(ALICE));
        Pdu invite = main.room().event(main.invite(ALICE, BOB));
        return new Sent(main, invite, shown.stream().map(Pdu::json).toList());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anInviteIsTakenAndItsRoomIsShown(RoomVersion version) {
        Sent sent = sent(version);
        assertThat(InviteReading.check(sent.request(), KEYS))
                .isInstanceOfSatisfying(InviteCheck.Acceptable.class, invite -> {
                    assertThat(invite.event().pdu()).isEqualTo(sent.invite());
                    assertThat(invite.strippedState())
                            .extracting(event -> event.string("type").orElseThrow())
                            .containsExactly(
                                    EventTypes.CREATE,
                                    EventTypes.NAME,
                                    EventTypes.TOPIC,
                                    EventTypes.JOIN_RULES,
                                    EventTypes.MEMBER);
                    assertThat(invite.strippedState())
                            .allSatisfy(event -> assertThat(event.keys())
                                    .containsExactly("content", "sender", "state_key", "type"));
                });
        JsonObject cosigned =
                EventSigning.cosign(version, sent.invite().json(), SketchKeys.signer(TWO));
        assertThat(cosigned.object("signatures").orElseThrow().keys())
                .containsExactly("one.example", "two.example");
        assertThat(PduParser.parse(version, cosigned).wellFormed()).contains(sent.invite());
    }

    private static void assertRefused(InviteRequest request) {
        assertThat(InviteReading.check(request, KEYS)).isInstanceOf(InviteCheck.Refused.class);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nothingButAnInviteOfOursByTheirsIsTaken(RoomVersion version) {
        Sent sent = sent(version);
        Pdu invite = sent.invite();
        List<JsonObject> state = sent.state();
        assertRefused(
                new InviteRequest(TWO, invite.roomId(), invite.eventId(), invite, state, TWO));
        assertRefused(
                new InviteRequest(ONE, invite.roomId(), invite.eventId(), invite, state, ONE));
        assertRefused(new InviteRequest(
                ONE, RoomId.of("!x:one.example"), invite.eventId(), invite, state, TWO));
        assertRefused(new InviteRequest(
                ONE, invite.roomId(), EventId.of("$x:one.example"), invite, state, TWO));
        SketchBranch branch = sent.branch();
        for (int ev : new int[] {
            branch.topic(ALICE, "x"), branch.kick(ALICE, BOB), branch.invite(ALICE, "not a user")
        }) {
            Pdu other = branch.room().event(ev);
            assertRefused(
                    new InviteRequest(ONE, other.roomId(), other.eventId(), other, state, TWO));
        }
    }

    private static Pdu changed(Pdu pdu, JsonObject json) {
        return PduParser.parse(pdu.version(), json).wellFormed().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aForgedInviteIsRefused(RoomVersion version) {
        Sent sent = sent(version);
        Pdu unsigned =
                changed(sent.invite(), sent.invite().json().with("signatures", JsonObject.EMPTY));
        assertRefused(new InviteRequest(
                ONE, unsigned.roomId(), unsigned.eventId(), unsigned, sent.state(), TWO));
        Pdu otherContent = changed(
                sent.invite(),
                sent.invite()
                        .json()
                        .with("content", Json.of("{'membership': 'invite', 'reason': 'forged'}")));
        assertRefused(new InviteRequest(
                ONE,
                otherContent.roomId(),
                otherContent.eventId(),
                otherContent,
                sent.state(),
                TWO));
        KeyRing nobody = (server, keyId, at) -> Optional.empty();
        assertThat(InviteReading.check(sent.request(), nobody))
                .isInstanceOf(InviteCheck.Refused.class);
    }

    @Test
    void inVersion12TheRoomStateIsCheckedLikeEvents() {
        Sent sent = sent(RoomVersions.V12);
        List<JsonObject> state = sent.state();
        assertRefused(sent.with(List.of()));
        assertRefused(sent.with(state.subList(1, state.size())));
        assertRefused(sent.with(state.stream().map(StrippedState::strip).toList()));
        List<JsonObject> forged = new ArrayList<>(state);
        forged.set(1, state.get(1).with("sender", "@mallory:one.example"));
        assertRefused(sent.with(forged));
        List<JsonObject> ofAnotherRoom = new ArrayList<>(state);
        SketchBranch other =
                RoomSketch.open(RoomVersions.V12, "@eve:three.example").main();
        ofAnotherRoom.add(other.room().event(2).json());
        assertRefused(sent.with(ofAnotherRoom));
        assertRefused(sent.with(Collections.nCopies(51, state.getFirst())));
    }

    @Test
    void aRoomIsShownWithoutWhatIsSignedByServersThatAreGone() {
        Sent sent = sent(RoomVersions.V12);
        SketchBranch main = sent.branch();
        main.joinRule(ALICE, "public");
        main.join("@gone:three.example");
        List<JsonObject> state = new ArrayList<>(sent.state());
        int ev = main.state("@gone:three.example", "x.y", "@gone:three.example", JsonObject.EMPTY);
        state.add(main.room().event(ev).json());
        KeyRing withoutThree = (server, keyId, at) ->
                server.equals(ONE) ? KEYS.key(server, keyId, at) : Optional.empty();
        assertThat(InviteReading.check(sent.with(state), withoutThree))
                .isInstanceOfSatisfying(
                        InviteCheck.Acceptable.class,
                        invite -> assertThat(invite.strippedState())
                                .hasSize(sent.state().size()));
        // The room's id proves the create event, whoever is gone.
        KeyRing withoutOne = (server, keyId, at) -> Optional.empty();
        assertThat(RoomStateReading.check(
                        RoomVersions.V12, sent.invite().roomId(), sent.state(), withoutOne))
                .isInstanceOfSatisfying(
                        RoomStateCheck.Acceptable.class,
                        shown -> assertThat(shown.events())
                                .containsExactly(main.room().event(1)));
    }

    @Test
    void beforeVersion12StrippedStateIsTakenAndTheRestLeftOut() {
        Sent sent = sent(RoomVersions.V11);
        List<JsonObject> state = List.of(
                StrippedState.strip(sent.state().getFirst()),
                JsonObject.EMPTY,
                Json.of("{'type': 'x', 'state_key': '', 'sender': 'nobody', 'content': {}}"));
        assertThat(InviteReading.check(sent.with(state), KEYS))
                .isInstanceOfSatisfying(
                        InviteCheck.Acceptable.class,
                        invite -> assertThat(invite.strippedState())
                                .containsExactly(
                                        StrippedState.strip(sent.state().getFirst())));
    }
}
