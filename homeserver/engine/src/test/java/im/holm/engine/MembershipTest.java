package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomStatus;
import im.holm.platform.error.ErrorCode;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Who comes into a room and who leaves it.
class MembershipTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer eu = network.server("eu.example");
    private final TestServer us = network.server("us.example");

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    private static Membership of(TestServer server, RoomId room, UserId user) {
        return server.engine
                .memberships()
                .of(server.view(room).identity().roomNid(), user)
                .orElseThrow()
                .membership();
    }

    private static ErrorCode code(MembershipOutcome outcome) {
        return ((MembershipOutcome.Failed) outcome).problem().code();
    }

    @Test
    void localUsersAreInvitedJoinAndLeave() {
        RoomId room = eu.createRoom("alice");
        UserId bob = eu.user("bob");
        TestServer.changed(eu.change(room, "alice", bob, Membership.INVITE));
        assertThat(of(eu, room, bob)).isEqualTo(Membership.INVITE);
        assertThat(eu.view(room).head().invited()).isEqualTo(1);
        eu.join(room, "bob");
        assertThat(eu.view(room).head().joined()).isEqualTo(2);
        assertThat(eu.view(room).head().invited()).isZero();
        assertThat(eu.engine.memberships().shareARoom(bob, eu.user("alice"))).isTrue();
        TestServer.changed(eu.change(room, "alice", bob, Membership.LEAVE));
        assertThat(of(eu, room, bob)).isEqualTo(Membership.LEAVE);
        assertThat(eu.engine.memberships().shareARoom(bob, eu.user("alice"))).isFalse();
        assertThat(eu.change(room, "bob", bob, Membership.LEAVE))
                .isEqualTo(new MembershipOutcome.Unchanged());
        assertThat(eu.engine.memberships().forget(eu.view(room).identity().roomNid(), bob))
                .isTrue();
        assertThat(eu.engine.memberships().ofUser(bob)).isEmpty();
    }

    @Test
    void joiningTwiceSendsNothingButANewNameDoes() {
        RoomId room = eu.createRoom("alice");
        assertThat(eu.change(room, "alice", eu.user("alice"), Membership.JOIN))
                .isEqualTo(new MembershipOutcome.Unchanged());
        var renamed = eu.engine
                .membership()
                .change(new ChangeMembership(
                        eu.user("alice"),
                        eu.user("alice"),
                        room,
                        Membership.JOIN,
                        JsonObject.EMPTY.with("displayname", "Alice"),
                        List.of()));
        assertThat(renamed).isInstanceOf(MembershipOutcome.Changed.class);
    }

    @Test
    void aBanHoldsUntilItIsLifted() {
        RoomId room = eu.createRoom("alice");
        eu.join(room, "bob");
        TestServer.changed(eu.change(room, "alice", eu.user("bob"), Membership.BAN));
        assertThat(code(eu.change(room, "bob", eu.user("bob"), Membership.JOIN)))
                .isEqualTo(ErrorCode.FORBIDDEN);
        TestServer.changed(eu.change(room, "alice", eu.user("bob"), Membership.LEAVE));
        eu.join(room, "bob");
        assertThat(of(eu, room, eu.user("bob"))).isEqualTo(Membership.JOIN);
    }

    @Test
    void aMemberWithoutTheLevelCannotKick() {
        RoomId room = eu.createRoom("alice");
        eu.join(room, "bob");
        eu.join(room, "carol");
        assertThat(code(eu.change(room, "bob", eu.user("carol"), Membership.LEAVE)))
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRestrictedRoomLetsInWhoIsInTheOtherRoom(RoomVersion version) {
        RoomId space = eu.createRoom("alice", version);
        RoomId room = eu.createRoom("alice", version);
        eu.state(
                room,
                "alice",
                "m.room.join_rules",
                JsonObject.EMPTY
                        .with("join_rule", "restricted")
                        .with(
                                "allow",
                                JsonArray.of(JsonObject.EMPTY
                                        .with("type", "m.room_membership")
                                        .with("room_id", space.text()))));
        assertThat(code(eu.change(room, "bob", eu.user("bob"), Membership.JOIN)))
                .isEqualTo(ErrorCode.FORBIDDEN);
        eu.join(space, "bob");
        eu.join(room, "bob");
        assertThat(eu.view(room)
                        .stateEvent(StateKey.member(eu.user("bob")))
                        .orElseThrow()
                        .content()
                        .string("join_authorised_via_users_server"))
                .contains(eu.user("alice").toString());
        // And over federation: the resident server vouches and signs.
        assertThat(us.change(room, "dora", us.user("dora"), Membership.JOIN, eu))
                .isInstanceOf(MembershipOutcome.Failed.class);
        us.join(space, "dora", eu);
        network.deliver();
        us.join(room, "dora", eu);
        network.deliver();
        assertThat(us.stateIds(room)).isEqualTo(eu.stateIds(room));
        us.say(room, "dora", "in");
        network.deliver();
        assertThat(eu.bodies(room)).containsExactly("in");
    }

    @Test
    void aKnockIsSeenAndAnsweredWithAnInvite() {
        RoomId room = eu.createRoom("alice");
        eu.state(room, "alice", "m.room.join_rules", JsonObject.EMPTY.with("join_rule", "knock"));
        eu.state(room, "alice", "m.room.name", JsonObject.EMPTY.with("name", "Door"));
        TestServer.changed(us.change(room, "bob", us.user("bob"), Membership.KNOCK, eu));
        assertThat(of(eu, room, us.user("bob"))).isEqualTo(Membership.KNOCK);
        assertThat(us.view(room).status()).isEqualTo(RoomStatus.KNOCKED);
        assertThat(us.view(room).strippedState(us.user("bob")))
                .anyMatch(event ->
                        event.string("type").filter("m.room.name"::equals).isPresent());
        TestServer.changed(eu.change(room, "alice", us.user("bob"), Membership.INVITE));
        assertThat(of(us, room, us.user("bob"))).isEqualTo(Membership.INVITE);
        us.join(room, "bob");
        network.deliver();
        assertThat(us.stateIds(room)).isEqualTo(eu.stateIds(room));
    }

    /// The invited user's server shows an invite as soon as it has signed it, which is before
    /// the inviting server can have it in the room.
    @Test
    void whoAnswersAnInviteBeforeItIsInTheRoomIsWaitedFor() throws InterruptedException {
        RoomId room = eu.createRoom("alice");
        UserId bob = us.user("bob");
        eu.state(room, "alice", "m.room.join_rules", JsonObject.EMPTY.with("join_rule", "invite"));
        var outcomes = new ArrayList<MembershipOutcome>();
        var joining =
                new Thread(() -> outcomes.add(us.change(room, "bob", bob, Membership.JOIN, eu)));
        eu.handshakes.beforeInviteAnswer = () -> {
            joining.start();
            while (joining.getState() != Thread.State.TIMED_WAITING && joining.isAlive()) {
                Thread.onSpinWait();
            }
        };
        TestServer.changed(eu.change(room, "alice", bob, Membership.INVITE));
        joining.join();
        TestServer.changed(outcomes.getFirst());
        assertThat(of(eu, room, bob)).isEqualTo(Membership.JOIN);
    }

    @Test
    void aWithdrawnInviteDisappears() {
        RoomId room = eu.createRoom("alice");
        TestServer.changed(eu.change(room, "alice", us.user("bob"), Membership.INVITE));
        assertThat(of(us, room, us.user("bob"))).isEqualTo(Membership.INVITE);
        network.deliver();
        TestServer.changed(eu.change(room, "alice", us.user("bob"), Membership.LEAVE));
        network.deliver();
        assertThat(of(us, room, us.user("bob"))).isEqualTo(Membership.LEAVE);
    }

    @Test
    void nobodyIsAskedForARoomOfWhichNoServerIsKnown() {
        RoomId room = RoomId.of("!" + "n".repeat(43));
        assertThat(code(us.change(room, "bob", us.user("bob"), Membership.JOIN)))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(code(us.change(room, "bob", us.user("bob"), Membership.LEAVE)))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(code(us.change(room, "bob", us.user("carol"), Membership.INVITE)))
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void aSecondUserJoinsTheCopyThatIsHere() {
        RoomId room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
        int requests = us.peers.requests;
        us.join(room, "carol");
        assertThat(us.peers.requests).isEqualTo(requests);
        network.deliver();
        assertThat(eu.view(room).head().joined()).isEqualTo(3);
    }

    @Test
    void membersAreWokenAndAlsoWhoWasRemoved() throws InterruptedException {
        RoomId room = eu.createRoom("alice");
        eu.join(room, "bob");
        try (var alice = eu.wakeUps.register(eu.identities.userNid(eu.user("alice")));
                var bob = eu.wakeUps.register(eu.identities.userNid(eu.user("bob")));
                var carol = eu.wakeUps.register(eu.identities.userNid(eu.user("carol")))) {
            eu.say(room, "bob", "wake up");
            assertThat(alice.await(Duration.ZERO)).isTrue();
            assertThat(bob.await(Duration.ZERO)).isTrue();
            assertThat(carol.await(Duration.ZERO)).isFalse();
            bob.reset();
            TestServer.changed(eu.change(room, "alice", eu.user("bob"), Membership.LEAVE));
            assertThat(bob.await(Duration.ZERO)).isTrue();
            TestServer.changed(eu.change(room, "alice", eu.user("carol"), Membership.INVITE));
            assertThat(carol.await(Duration.ZERO)).isTrue();
        }
        try (var dora = us.wakeUps.register(us.identities.userNid(us.user("dora")))) {
            TestServer.changed(eu.change(room, "alice", us.user("dora"), Membership.INVITE));
            assertThat(dora.await(Duration.ZERO)).isTrue();
        }
    }

    @Test
    void historyIsSeenAsTheRoomAllows() {
        RoomId room = eu.createRoom("alice");
        var early = eu.say(room, "alice", "early");
        eu.state(
                room,
                "alice",
                "m.room.history_visibility",
                JsonObject.EMPTY.with("history_visibility", "joined"));
        var hidden = eu.say(room, "alice", "hidden");
        eu.join(room, "bob");
        var shown = eu.say(room, "alice", "shown");
        TestServer.changed(eu.change(room, "bob", eu.user("bob"), Membership.LEAVE));
        var after = eu.say(room, "alice", "after");
        var view = eu.view(room);
        assertThat(Stream.of(early, hidden, shown, after)
                        .filter(id -> view.visible(view.event(id).orElseThrow(), eu.user("bob"))))
                .containsExactly(early, shown);
        assertThat(Stream.of(early, hidden, shown, after)
                        .filter(id -> view.visible(view.event(id).orElseThrow(), eu.user("eve"))))
                .isEmpty();
        assertThat(Stream.of(early, hidden, shown, after)
                        .filter(id -> view.visible(view.event(id).orElseThrow(), eu.user("alice"))))
                .hasSize(4);
    }
}
