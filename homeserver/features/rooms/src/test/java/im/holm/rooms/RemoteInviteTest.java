package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.InboundRooms.Answer;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/// An invite into a room that only another server knows.
class RemoteInviteTest {

    private static final ServerName FAR = ServerName.of("far.example");
    private static final UserId ALICE = new UserId("alice", FAR);
    private static final Ed25519Signer SIGNER =
            Ed25519Signer.fromSeed(FAR, KeyId.of("ed25519:far"), new byte[32]);
    private static int count;

    private static RoomsNode node;

    private Client bob;
    private RoomId room;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void inviteBob() {
        bob = node.client("bob" + count++);
        bob.sync();
        VerifiedPdu create = sign(
                Optional.empty(), "m.room.create", "", JsonObject.EMPTY.with("room_version", "12"));
        room = create.pdu().roomId();
        VerifiedPdu invite = sign(
                Optional.of(room),
                "m.room.member",
                bob.user.toString(),
                JsonObject.EMPTY.with("membership", "invite"));
        VerifiedPdu name = sign(
                Optional.of(room), "m.room.name", "", JsonObject.EMPTY.with("name", "Far away"));
        var answer = node.node()
                .kernel()
                .inbound()
                .invite(
                        FAR,
                        room,
                        RoomVersions.V12,
                        invite.pdu().json(),
                        List.of(create.pdu().json(), name.pdu().json()));
        assertThat(answer).isInstanceOf(Answer.Done.class);
    }

    private static VerifiedPdu sign(
            Optional<RoomId> room, String type, String key, JsonObject content) {
        var draft = new EventDraft(
                room,
                ALICE,
                type,
                Optional.of(key),
                content,
                List.of(),
                List.of(),
                1,
                1_700_000_000_000L + count);
        return ((SignedEvent.Signed) EventSigning.sign(RoomVersions.V12, draft, SIGNER)).event();
    }

    @Test
    void itIsToldWithWhatTheInviterSaysOfTheRoomAndTheInviteItself() {
        List<JsonObject> state = Reply.list(
                bob.sync().object("rooms", "invite", room.text(), "invite_state"), "events");
        assertThat(Reply.types(state))
                .containsExactly("m.room.create", "m.room.name", "m.room.member");
        assertThat(state.getLast().string("state_key")).contains(bob.user.toString());
        assertThat(state.getLast().string("sender")).contains(ALICE.toString());
        assertThat(bob.sync().object("rooms", "invite").isEmpty()).isTrue();
    }

    @Test
    void itGivesNoRightToReadTheRoom() {
        assertThat(bob.get(Client.path(room.text()) + "/state").status()).isEqualTo(403);
        assertThat(bob.get(Client.path(room.text()) + "/messages?dir=b").status())
                .isEqualTo(403);
        assertThat(bob.get(Client.path(room.text()) + "/members").status()).isEqualTo(403);
        assertThat(bob.put(Client.path(room.text()) + "/send/m.room.message/1", "{}")
                        .status())
                .isEqualTo(403);
        Client.ok(bob.get("/sync?timeout=0&full_state=true"));
    }

    @Test
    void aJoinThatNoServerAnswersFailsWithoutHarm() {
        Reply reply = bob.post("/join/" + Client.encode(room.text()), "{}");
        assertThat(reply.status()).isIn(403, 404, 502);
        assertThat(bob.sync().object("rooms", "invite").has(room.text())).isTrue();
    }
}
