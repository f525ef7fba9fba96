package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.InboundRooms.Answer;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/// Invitations to threads of another server, which tells of them what it likes.
class ForeignInvitationTest {

    private static final ServerName FAR = ServerName.of("far.example");
    private static final Ed25519Signer SIGNER =
            Ed25519Signer.fromSeed(FAR, KeyId.of("ed25519:far"), new byte[32]);

    private static MessengerNode node;

    @BeforeAll
    static void start() {
        node = MessengerNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void nobodyPutsThemselvesBetweenTwoOthers() {
        App ada = node.app("ada1");
        App bob = node.app("bob1");
        RoomId trap = RoomId.of("!trap:far.example");
        invite(trap, new UserId("mallory", FAR), ada.user(), bob.user());
        assertThat(ada.write(bob.user().toString(), "for bob alone").ok().text("thread_id"))
                .isNotEqualTo(new ThreadId(trap).text());
    }

    @Test
    void aThreadThatTheOtherOneHasMadeIsTaken() {
        App ada = node.app("ada2");
        UserId carol = new UserId("carol", FAR);
        invite(RoomId.of("!thread:far.example"), carol, ada.user(), carol);
        // Her server does not answer, so that nobody can enter it; but no second one is
        // made.
        assertThat(ada.post("/v1/threads", "{\"recipient_id\":\"" + carol + "\"}")
                        .status())
                .isGreaterThanOrEqualTo(400);
        assertThat(node.kernel().memberships().ofUser(ada.user()))
                .extracting(StoredMember::membership)
                .containsExactly(Membership.INVITE);
    }

    @Test
    void aThreadWithSomebodyWhoCannotBeInvitedIsNoConversation() {
        App ada = node.app("ada3");
        String message = "{\"recipient_id\":\"@nobody:far.example\",\"text\":\"hello\"}";
        assertThat(ada.post("/v1/messages", message).status()).isEqualTo(404);
        assertThat(node.kernel().memberships().ofUser(ada.user())).isEmpty();
        assertThat(ada.get("/v1/conversations").ok().body().array("conversations"))
                .hasValueSatisfying(shown -> assertThat(shown.isEmpty()).isTrue());
    }

    /// @param creator whom the invitation calls the thread's creator
    private static void invite(RoomId room, UserId inviter, UserId invited, UserId creator) {
        JsonObject create = JsonObject.builder()
                .put("type", "m.room.create")
                .put("state_key", "")
                .put("sender", creator.toString())
                .put(
                        "content",
                        JsonObject.builder()
                                .put("room_version", "11")
                                .put(ThreadType.TYPE_KEY, ThreadType.ONE_TO_ONE.name())
                                .put(
                                        ThreadType.PARTICIPANTS_KEY,
                                        JsonArray.ofStrings(List.of(creator, invited)))
                                .build())
                .build();
        var draft = new EventDraft(
                Optional.of(room),
                inviter,
                "m.room.member",
                Optional.of(invited.toString()),
                JsonObject.EMPTY.with("membership", "invite"),
                List.of(),
                List.of(),
                1,
                1_700_000_000_000L);
        var event =
                ((SignedEvent.Signed) EventSigning.sign(RoomVersions.V11, draft, SIGNER)).event();
        var answer = node.kernel()
                .inbound()
                .invite(FAR, room, RoomVersions.V11, event.pdu().json(), List.of(create));
        assertThat(answer).isInstanceOf(Answer.Done.class);
    }
}
