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

class RegionsTest {
    @TempDir
    static Path dir;

    private static Regions regions;
    private static UserId alice;
    private static UserId bob;

    @BeforeAll
    static void start() throws IOException {
        regions = new Regions(dir);
        alice = regions.eu.user("alice");
        bob = regions.us.user("bob");
    }

    @AfterAll
    static void stop() {
        regions.close();
    }

    @Test
    void anInvitedUserJoinsAndBothSidesTalk() {
        RoomId room = joinedRoom("shared");

        regions.eu.say(alice, room, "hello");
        await().until(() -> regions.us.messages(room).equals(List.of("hello")));
        regions.us.say(bob, room, "hello yourself");
        await().until(() -> regions.eu.messages(room).equals(List.of("hello", "hello yourself")));
        assertThat(regions.us.messages(room)).isEqualTo(regions.eu.messages(room));
    }

    @Test
    void aPublicRoomIsJoinedWithoutAnInvite() {
        RoomId room = regions.eu.createRoom(alice, "public", "shared");

        assertThat(regions.us.change(bob, bob, room, Membership.JOIN, regions.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);
        await().until(() -> regions.eu.membership(room, bob).equals(Optional.of(Membership.JOIN)));
    }

    @Test
    void aPrivateRoomIsNotJoinedWithoutAnInvite() {
        RoomId room = regions.eu.createRoom(alice, "invite", "shared");

        MembershipOutcome outcome =
                regions.us.change(bob, bob, room, Membership.JOIN, regions.eu.name());

        assertThat(outcome).isInstanceOf(MembershipOutcome.Failed.class);
        assertThat(((MembershipOutcome.Failed) outcome).problem().code().errcode())
                .isEqualTo("M_FORBIDDEN");
    }

    @Test
    void anInviteIsRejectedThroughItsServer() {
        RoomId room = regions.eu.createRoom(alice, "invite", "shared");
        assertThat(regions.eu.change(alice, bob, room, Membership.INVITE))
                .isInstanceOf(MembershipOutcome.Changed.class);
        assertThat(regions.us.membership(room, bob)).contains(Membership.INVITE);

        assertThat(regions.us.change(bob, bob, room, Membership.LEAVE, regions.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);

        await().until(() -> regions.eu.membership(room, bob).equals(Optional.of(Membership.LEAVE)));
    }

    @Test
    void aUserWhoLeavesIsGoneOnBothSides() {
        RoomId room = joinedRoom("shared");

        assertThat(regions.us.change(bob, bob, room, Membership.LEAVE))
                .isInstanceOf(MembershipOutcome.Changed.class);

        await().until(() -> regions.eu.membership(room, bob).equals(Optional.of(Membership.LEAVE)));
        regions.eu.say(alice, room, "nobody listens");
        assertThat(regions.us.messages(room)).doesNotContain("nobody listens");
    }

    @Test
    void aKnockArrivesAndIsAnsweredByAnInvite() {
        RoomId room = regions.eu.createRoom(alice, "knock", "shared");

        assertThat(regions.us.change(bob, bob, room, Membership.KNOCK, regions.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);
        await().until(() -> regions.eu.membership(room, bob).equals(Optional.of(Membership.KNOCK)));
        assertThat(regions.eu.change(alice, bob, room, Membership.INVITE))
                .isInstanceOf(MembershipOutcome.Changed.class);

        await().until(() ->
                regions.us.membership(room, bob).equals(Optional.of(Membership.INVITE)));
    }

    @Test
    void whatWasSaidBeforeTheJoinIsBackfilled() {
        RoomId room = regions.eu.createRoom(alice, "public", "shared");
        for (int i = 0; i < 30; i++) {
            regions.eu.say(alice, room, "old " + i);
        }
        regions.us.change(bob, bob, room, Membership.JOIN, regions.eu.name());

        var view = regions.us.view(room).orElseThrow();
        var page = view.page(view.head().tlTop() + 1, true, 100);
        assertThat(page.gap()).isTrue();
        assertThat(view.fill(page.end(), 50)).isTrue();

        assertThat(regions.us.messages(room)).hasSize(30).startsWith("old 0").endsWith("old 29");
    }

    @Test
    void aServerThatWasDownGetsEverythingInOrderAfterItsStart() {
        RoomId room = joinedRoom("shared");
        regions.us.stop();
        for (int i = 0; i < 60; i++) {
            regions.eu.say(alice, room, "missed " + i);
        }
        regions.us.start();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> regions.us.messages(room).size() == 60);
        assertThat(regions.us.messages(room)).isEqualTo(regions.eu.messages(room));
    }

    @Test
    void aServerThatStopsBeforeItCouldDeliverDeliversAfterItsStart() {
        RoomId room = joinedRoom("shared");
        regions.us.stop();
        regions.eu.say(alice, room, "owed");
        regions.eu.stop();
        regions.us.start();
        regions.eu.start();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> regions.us.messages(room).equals(List.of("owed")));
    }

    @Test
    void aServerThatComesBackIsNotKeptWaiting() {
        RoomId room = joinedRoom("shared");
        regions.us.stop();
        regions.eu.say(alice, room, "while you were out");
        regions.eu.holdToBeDown(regions.us.name(), Duration.ofMinutes(20));
        regions.us.start();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> regions.us.messages(room).equals(List.of("while you were out")));
    }

    @Test
    void bothSidesSpeakWhileApartAndAgreeAfterwards() {
        RoomId room = joinedRoom("shared");
        regions.eu.say(alice, room, "together");
        await().until(() -> regions.us.messages(room).contains("together"));
        regions.us.stop();
        regions.eu.say(alice, room, "alone in eu");
        regions.us.start();
        regions.us.say(bob, room, "back in us");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> regions.us.messages(room).size() == 3
                        && regions.eu.messages(room).size() == 3);
        assertThat(regions.us.messages(room))
                .containsExactlyInAnyOrderElementsOf(regions.eu.messages(room));
    }

    @Test
    void whoeverComesInThroughOneServerIsKnownToAllOthers() {
        RoomId room = joinedRoom("shared");
        UserId carol = regions.ap.user("carol");
        regions.eu.change(alice, carol, room, Membership.INVITE);
        assertThat(regions.ap.change(carol, carol, room, Membership.JOIN, regions.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);

        await().until(() ->
                regions.us.membership(room, carol).equals(Optional.of(Membership.JOIN)));
        regions.us.say(bob, room, "welcome");
        await().until(() -> regions.ap.messages(room).contains("welcome"));
        regions.ap.say(carol, room, "thanks");
        await().until(() -> regions.us.messages(room).contains("thanks")
                && regions.eu.messages(room).contains("thanks"));
    }

    @Test
    void anInviteThatIsRejectedIsToldToAllOthers() {
        RoomId room = joinedRoom("shared");
        UserId carol = regions.ap.user("carol");
        regions.eu.change(alice, carol, room, Membership.INVITE);
        await().until(() ->
                regions.us.membership(room, carol).equals(Optional.of(Membership.INVITE)));
        regions.ap.change(carol, carol, room, Membership.LEAVE, regions.eu.name());

        await().until(() ->
                regions.us.membership(room, carol).equals(Optional.of(Membership.LEAVE)));
    }

    @Test
    void ephemeralUnitsArrive() {
        regions.eu
                .feature()
                .outbox()
                .send(
                        "m.typing",
                        JsonObject.EMPTY.with("user_id", alice.toString()),
                        "key",
                        Set.of(regions.us.name()));

        await().until(() -> regions.us.typing().equals(List.of(regions.eu.name() + " " + alice)));
    }

    /// A room of Alice's into which Bob was invited, and which he joined.
    private RoomId joinedRoom(String visibility) {
        RoomId room = regions.eu.createRoom(alice, "invite", visibility);
        assertThat(regions.eu.change(alice, bob, room, Membership.INVITE))
                .isInstanceOf(MembershipOutcome.Changed.class);
        assertThat(regions.us.change(bob, bob, room, Membership.JOIN, regions.eu.name()))
                .isInstanceOf(MembershipOutcome.Changed.class);
        await().until(() -> regions.eu.membership(room, bob).equals(Optional.of(Membership.JOIN)));
        return room;
    }
}
