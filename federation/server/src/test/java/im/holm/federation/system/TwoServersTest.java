package im.holm.federation.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.core.Membership;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class TwoServersTest {
    @TempDir
    static Path dir;

    private static TwoRegions two;
    private static UserId alice;
    private static UserId bob;

    @BeforeAll
    static void start() throws IOException {
        two = new TwoRegions(dir);
        alice = two.eu.user("alice");
        bob = two.us.user("bob");
    }

    @AfterAll
    static void stop() {
        two.close();
    }

    @Test
    void anInvitedUserJoinsAndBothSidesTalk() {
        RoomId room = joinedRoom("shared");

        two.eu.say(alice, room, "hello");
        await().until(() -> two.us.messages(room).equals(List.of("hello")));
        two.us.say(bob, room, "hello yourself");
        await().until(() -> two.eu.messages(room).equals(List.of("hello", "hello yourself")));
        assertThat(two.us.messages(room)).isEqualTo(two.eu.messages(room));
    }

    @Test
    void aPublicRoomIsJoinedWithoutAnInvite() {
        RoomId room = two.eu.createRoom(alice, "public", "shared");

        assertThat(two.us.change(bob, bob, room, Membership.JOIN, two.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);
        await().until(() -> two.eu.membership(room, bob).equals(Optional.of(Membership.JOIN)));
    }

    @Test
    void aPrivateRoomIsNotJoinedWithoutAnInvite() {
        RoomId room = two.eu.createRoom(alice, "invite", "shared");

        MembershipOutcome outcome = two.us.change(bob, bob, room, Membership.JOIN, two.eu.name());

        assertThat(outcome).isInstanceOf(MembershipOutcome.Failed.class);
        assertThat(((MembershipOutcome.Failed) outcome).problem().code().errcode())
                .isEqualTo("M_FORBIDDEN");
    }

    @Test
    void anInviteIsRejectedThroughItsServer() {
        RoomId room = two.eu.createRoom(alice, "invite", "shared");
        assertThat(two.eu.change(alice, bob, room, Membership.INVITE))
                .isInstanceOf(MembershipOutcome.Changed.class);
        assertThat(two.us.membership(room, bob)).contains(Membership.INVITE);

        assertThat(two.us.change(bob, bob, room, Membership.LEAVE, two.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);

        await().until(() -> two.eu.membership(room, bob).equals(Optional.of(Membership.LEAVE)));
    }

    @Test
    void aUserWhoLeavesIsGoneOnBothSides() {
        RoomId room = joinedRoom("shared");

        assertThat(two.us.change(bob, bob, room, Membership.LEAVE))
                .isInstanceOf(MembershipOutcome.Changed.class);

        await().until(() -> two.eu.membership(room, bob).equals(Optional.of(Membership.LEAVE)));
        two.eu.say(alice, room, "nobody listens");
        assertThat(two.us.messages(room)).doesNotContain("nobody listens");
    }

    @Test
    void aKnockArrivesAndIsAnsweredByAnInvite() {
        RoomId room = two.eu.createRoom(alice, "knock", "shared");

        assertThat(two.us.change(bob, bob, room, Membership.KNOCK, two.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);
        await().until(() -> two.eu.membership(room, bob).equals(Optional.of(Membership.KNOCK)));
        assertThat(two.eu.change(alice, bob, room, Membership.INVITE))
                .isInstanceOf(MembershipOutcome.Changed.class);

        await().until(() -> two.us.membership(room, bob).equals(Optional.of(Membership.INVITE)));
    }

    @Test
    void whatWasSaidBeforeTheJoinIsBackfilled() {
        RoomId room = two.eu.createRoom(alice, "public", "shared");
        for (int i = 0; i < 30; i++) {
            two.eu.say(alice, room, "old " + i);
        }
        two.us.change(bob, bob, room, Membership.JOIN, two.eu.name());

        var view = two.us.view(room).orElseThrow();
        var page = view.page(view.head().tlTop() + 1, true, 100);
        assertThat(page.gap()).isTrue();
        assertThat(view.fill(page.end(), 50)).isTrue();

        assertThat(two.us.messages(room)).hasSize(30).startsWith("old 0").endsWith("old 29");
    }

    @Test
    void aServerThatWasDownGetsEverythingInOrderAfterItsStart() {
        RoomId room = joinedRoom("shared");
        two.us.stop();
        for (int i = 0; i < 60; i++) {
            two.eu.say(alice, room, "missed " + i);
        }
        two.us.start();

        await().atMost(Duration.ofSeconds(20)).until(() -> two.us.messages(room).size() == 60);
        assertThat(two.us.messages(room)).isEqualTo(two.eu.messages(room));
    }

    @Test
    void aServerThatStopsBeforeItCouldDeliverDeliversAfterItsStart() {
        RoomId room = joinedRoom("shared");
        two.us.stop();
        two.eu.say(alice, room, "owed");
        two.eu.stop();
        two.us.start();
        two.eu.start();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> two.us.messages(room).equals(List.of("owed")));
    }

    @Test
    void bothSidesSpeakWhileApartAndAgreeAfterwards() {
        RoomId room = joinedRoom("shared");
        two.eu.say(alice, room, "together");
        await().until(() -> two.us.messages(room).contains("together"));
        two.us.stop();
        two.eu.say(alice, room, "alone in eu");
        two.us.start();
        two.us.say(bob, room, "back in us");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> two.us.messages(room).size() == 3
                        && two.eu.messages(room).size() == 3);
        assertThat(two.us.messages(room))
                .containsExactlyInAnyOrderElementsOf(two.eu.messages(room));
    }

    @Test
    void ephemeralUnitsArrive() {
        two.eu
                .feature()
                .outbox()
                .send(
                        "m.typing",
                        JsonObject.EMPTY.with("user_id", alice.toString()),
                        "key",
                        Set.of(two.us.name()));

        await().until(() -> two.us.typing().equals(List.of(two.eu.name() + " " + alice)));
    }

    /// A room of Alice's into which Bob was invited, and which he joined.
    private RoomId joinedRoom(String visibility) {
        RoomId room = two.eu.createRoom(alice, "invite", visibility);
        assertThat(two.eu.change(alice, bob, room, Membership.INVITE))
                .isInstanceOf(MembershipOutcome.Changed.class);
        assertThat(two.us.change(bob, bob, room, Membership.JOIN, two.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);
        await().until(() -> two.eu.membership(room, bob).equals(Optional.of(Membership.JOIN)));
        return room;
    }
}
