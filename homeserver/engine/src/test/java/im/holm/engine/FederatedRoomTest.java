package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomStatus;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Rooms of two and three servers.
class FederatedRoomTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer eu = network.server("eu.example");
    private final TestServer us = network.server("us.example");
    private final TestServer ap = network.server("ap.example");

    static Stream<RoomVersion> versions() {
        return RoomVersions.ALL.stream();
    }

    private void assertSameState(RoomId room, TestServer... servers) {
        for (TestServer server : servers) {
            assertThat(server.stateIds(room)).as(server.name.text()).isEqualTo(eu.stateIds(room));
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aUserJoinsThroughAnotherServerAndBothTalk(RoomVersion version) {
        RoomId room = eu.createRoom("alice", version);
        eu.say(room, "alice", "before");
        us.join(room, "bob", eu);
        network.deliver();
        us.say(room, "bob", "hello from us");
        network.deliver();
        eu.say(room, "alice", "hello from eu");
        network.deliver();
        assertThat(eu.bodies(room)).containsExactly("before", "hello from us", "hello from eu");
        assertThat(us.bodies(room)).containsExactly("hello from us", "hello from eu");
        assertSameState(room, us);
        assertThat(us.view(room).head().joined()).isEqualTo(2);
        assertThat(us.received).hasOnlyElementsOfType(InboundRooms.ReceiveOutcome.Accepted.class);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void historyBeforeTheJoinIsBackfilled(RoomVersion version) {
        RoomId room = eu.createRoom("alice", version);
        for (int i = 0; i < 30; i++) {
            eu.say(room, "alice", "m" + i);
            if (i % 10 == 0) {
                eu.state(room, "alice", "m.room.topic", JsonObject.EMPTY.with("topic", "t" + i));
            }
        }
        us.join(room, "bob", eu);
        us.peers.generosity = 7;
        var messages = new ArrayList<String>();
        long from = Long.MAX_VALUE;
        boolean exhausted = false;
        for (int i = 0; i < 100 && !exhausted; i++) {
            var page = us.view(room).page(from, true, 5);
            page.events().forEach(event -> event.content().string("body").ifPresent(messages::add));
            page.events()
                    .forEach(event -> assertThat(us.view(room).visible(event, us.user("bob")))
                            .isTrue());
            from = page.end();
            exhausted = page.exhausted();
            if (page.gap()) {
                assertThat(us.view(room).fill(page.end(), 10)).isTrue();
            }
        }
        assertThat(exhausted).isTrue();
        assertThat(messages).hasSize(30).startsWith("m29", "m28").endsWith("m1", "m0");
        // The states along the way are the ones that the resident server had.
        us.view(room).page(Long.MAX_VALUE, true, 100).events().forEach(event -> {
            var there = eu.view(room).event(event.row().eventId()).orElseThrow();
            assertThat(stateAt(us, room, event.row().snapBefore()))
                    .isEqualTo(stateAt(eu, room, there.row().snapBefore()));
        });
        us.restart();
        assertSameState(room, us);
    }

    private static List<String> stateAt(TestServer server, RoomId room, int snap) {
        var view = server.view(room);
        return view.events(view.state(snap).events()).stream()
                .map(event -> event.row().eventId().text())
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anInvitedUserSeesTheRoomsNameAndJoins(RoomVersion version) {
        RoomId room = eu.createRoom("alice", version);
        eu.state(room, "alice", "m.room.name", JsonObject.EMPTY.with("name", "Holm"));
        eu.state(room, "alice", "m.room.join_rules", JsonObject.EMPTY.with("join_rule", "invite"));
        TestServer.changed(eu.change(room, "alice", us.user("bob"), Membership.INVITE));
        network.deliver();
        var invited = us.view(room);
        assertThat(invited.status()).isEqualTo(RoomStatus.INVITED);
        assertThat(invited.strippedState(us.user("bob")))
                .anyMatch(event -> event.object("content")
                        .flatMap(content -> content.string("name"))
                        .filter("Holm"::equals)
                        .isPresent());
        assertThat(us.engine.memberships().ofUser(us.user("bob")))
                .extracting(member -> member.membership())
                .containsExactly(Membership.INVITE);
        us.join(room, "bob");
        network.deliver();
        assertSameState(room, us);
        assertThat(us.view(room).status()).isEqualTo(RoomStatus.JOINED);
    }

    @Test
    void aRejectedInviteReachesTheInviter() {
        RoomId room = eu.createRoom("alice");
        TestServer.changed(eu.change(room, "alice", us.user("bob"), Membership.INVITE));
        TestServer.changed(us.change(room, "bob", us.user("bob"), Membership.LEAVE));
        assertThat(eu.engine
                        .memberships()
                        .of(eu.view(room).identity().roomNid(), us.user("bob"))
                        .orElseThrow()
                        .membership())
                .isEqualTo(Membership.LEAVE);
        assertThat(us.view(room).status()).isEqualTo(RoomStatus.LEFT);
    }

    @Test
    void anInviteIsRejectedEvenWhenItsServerIsGone() {
        RoomId room = eu.createRoom("alice");
        TestServer.changed(eu.change(room, "alice", us.user("bob"), Membership.INVITE));
        network.cut(eu, us);
        TestServer.changed(us.change(room, "bob", us.user("bob"), Membership.LEAVE));
        assertThat(us.engine.memberships().ofUser(us.user("bob")))
                .extracting(member -> member.membership())
                .containsExactly(Membership.LEAVE);
    }

    @Test
    void forksOfThreeServersConverge() {
        RoomId room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
        ap.join(room, "carol", us);
        network.deliver();
        network.cut(eu, us);
        network.cut(eu, ap);
        eu.state(room, "alice", "m.room.topic", JsonObject.EMPTY.with("topic", "eu"));
        TestServer.changed(eu.change(room, "alice", ap.user("carol"), Membership.BAN));
        us.say(room, "bob", "u1");
        ap.say(room, "carol", "a1");
        us.join(room, "dave");
        network.deliver();
        network.heal();
        us.say(room, "bob", "u2");
        network.deliver();
        eu.say(room, "alice", "e2");
        network.deliver();
        us.say(room, "bob", "u3");
        network.deliver();
        assertSameState(room, us);
        assertThat(us.stateIds(room)).containsKey(StateKey.member(us.user("dave")));
        assertThat(us.send(room, "bob", "m.room.message", TestServer.text("x")))
                .isInstanceOf(RoomCommands.SendOutcome.Sent.class);
        assertThat(eu.view(room).head().joined()).isEqualTo(3);
        assertThat(us.view(room).head().joined()).isEqualTo(3);
    }

    @Test
    void aBannedUserCannotJoinAndItsLateEventsAreSoftFailed() {
        RoomId room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
        network.cut(eu, us);
        TestServer.changed(eu.change(room, "alice", us.user("bob"), Membership.BAN));
        var evading = us.say(room, "bob", "evading");
        network.deliver();
        network.heal();
        var outcome = eu.receive(us.name, us.event(room, evading).pdu().json());
        assertThat(outcome).isInstanceOf(InboundRooms.ReceiveOutcome.SoftFailed.class);
        assertThat(eu.bodies(room)).isEmpty();
        var view = eu.view(room);
        assertThat(view.visible(view.event(evading).orElseThrow(), eu.user("alice")))
                .isFalse();
        var ban = eu.stateIds(room).get(StateKey.member(us.user("bob")));
        us.receive(eu.name, eu.event(room, ban).pdu().json());
        assertThat(us.change(room, "bob", us.user("bob"), Membership.JOIN, eu))
                .isInstanceOf(MembershipOutcome.Failed.class);
        // What follows a soft-failed event is judged by itself.
        assertSameState(room, us);
    }

    @Test
    void theLastUserWhoLeavesTakesTheServerOutAndARejoinGoesOn() {
        RoomId room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
        us.say(room, "bob", "one");
        network.deliver();
        TestServer.changed(us.change(room, "bob", us.user("bob"), Membership.LEAVE));
        network.deliver();
        assertThat(us.view(room).status()).isEqualTo(RoomStatus.LEFT);
        eu.say(room, "alice", "while away");
        network.deliver();
        assertThat(us.bodies(room)).containsExactly("one");
        us.join(room, "bob", eu);
        network.deliver();
        eu.say(room, "alice", "back again");
        network.deliver();
        var page = us.view(room).page(Long.MAX_VALUE, true, 10);
        assertThat(page.gap()).isTrue();
        assertThat(us.view(room).fill(page.end(), 10)).isTrue();
        assertThat(us.bodies(room)).containsExactly("one", "while away", "back again");
        assertSameState(room, us);
        us.restart();
        us.say(room, "bob", "after the restart");
        network.deliver();
        assertSameState(room, us);
    }

    @Test
    void missingEventsAreFetchedInOrder() {
        RoomId room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
        network.cut(eu, us);
        for (int i = 0; i < 25; i++) {
            eu.say(room, "alice", "lost " + i);
        }
        network.deliver();
        network.heal();
        us.peers.generosity = 10;
        eu.say(room, "alice", "arrives");
        network.deliver();
        assertThat(us.bodies(room)).hasSize(26).startsWith("lost 0").endsWith("lost 24", "arrives");
        assertThat(us.view(room).page(Long.MAX_VALUE, true, 100).gap()).isTrue();
        assertSameState(room, us);
        assertThat(us.store.setAside(10)).isEmpty();
    }

    @Test
    void whatCannotBeFetchedNowIsKeptAndTakenUpLater() {
        RoomId room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
        network.cut(eu, us);
        eu.say(room, "alice", "lost");
        network.deliver();
        var late = eu.say(room, "alice", "late");
        var json = eu.event(room, late).pdu().json();
        assertThat(us.receive(eu.name, json))
                .isInstanceOf(InboundRooms.ReceiveOutcome.Waiting.class);
        assertThat(us.bodies(room)).isEmpty();
        us.restart();
        network.heal();
        assertThat(us.engine.inbound().retryWaiting()).isZero();
        assertThat(us.bodies(room)).containsExactly("lost", "late");
    }

    @Test
    void aLongAbsenceLeavesAGapInTheMiddleThatIsFilledInItsPlace() {
        RoomId room = eu.createRoom("alice");
        us.join(room, "bob", eu);
        network.deliver();
        us.say(room, "bob", "first");
        network.deliver();
        network.cut(eu, us);
        for (int i = 0; i < 12; i++) {
            eu.say(room, "alice", "lost " + i);
        }
        network.deliver();
        network.heal();
        us.peers.generosity = 0;
        eu.say(room, "alice", "arrives");
        network.deliver();
        assertThat(us.bodies(room)).containsExactly("arrives");
        us.peers.generosity = 5;
        var page = us.view(room).page(Long.MAX_VALUE, true, 50);
        assertThat(page.gap()).isTrue();
        while (!us.bodies(room).contains("first")) {
            assertThat(us.view(room).fill(page.end(), 5)).isTrue();
            page = us.view(room).page(Long.MAX_VALUE, true, 50);
        }
        assertThat(us.bodies(room))
                .hasSize(14)
                .startsWith("first", "lost 0", "lost 1")
                .endsWith("lost 11", "arrives");
        assertSameState(room, us);
        assertThat(us.view(room).head().extremities()).hasSize(1);
        us.say(room, "bob", "goes on");
        network.deliver();
        assertSameState(room, us);
    }

    /// Nobody else has it, whatever the order in which servers are asked.
    @Test
    void aGapIsFilledFromTheServerOfWhatFollowsIt() {
        RoomId room = eu.createRoom("alice");
        var servers = new ArrayList<TestServer>(List.of(us));
        for (int i = 0; i < 4; i++) {
            servers.add(network.server("more" + i + ".example"));
        }
        for (TestServer server : servers) {
            server.join(room, "bob", eu);
            network.deliver();
        }
        for (TestServer sender : servers) {
            network.servers.values().stream()
                    .filter(server -> server != sender)
                    .forEach(server -> network.cut(sender, server));
            sender.say(room, "bob", "lost");
            network.deliver();
            network.heal();
            network.servers.values().forEach(server -> server.peers.generosity = 0);
            sender.say(room, "bob", "arrives");
            network.deliver();
            eu.peers.generosity = 100;
            long end = eu.view(room).page(Long.MAX_VALUE, true, 50).end();
            assertThat(eu.view(room).fill(end, 5)).as(sender.name.text()).isTrue();
        }
        assertThat(eu.bodies(room)).filteredOn("lost"::equals).hasSameSizeAs(servers);
    }
}
