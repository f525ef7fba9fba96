package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.engine.core.CreateEvent;
import im.holm.engine.core.Membership;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Events that no honest server sends.
class HostilePduTest {

    private final TestNetwork network = new TestNetwork();
    private final TestServer us = network.server("us.example");
    private final TestServer evil = network.server("evil.example");
    private RoomId room;

    @BeforeEach
    void twoServersShareARoom() {
        room = us.createRoom("alice");
        evil.join(room, "mallory", us);
        network.deliver();
    }

    private List<EventId> ends() {
        var view = us.view(room);
        return view.events(view.head().extremities()).stream()
                .map(end -> end.row().eventId())
                .toList();
    }

    private List<EventId> auth(TestServer server, UserId sender) {
        var view = server.view(room);
        return List.of("m.room.power_levels|", "m.room.member|" + sender).stream()
                .map(key -> key.split("\\|", 2))
                .map(key -> new StateKey(key[0], key[1]))
                .flatMap(key -> view.stateEvent(key).stream())
                .map(event -> event.row().eventId())
                .toList();
    }

    private EventDraft draft(UserId sender, String type, JsonObject content) {
        return new EventDraft(
                Optional.of(room),
                sender,
                type,
                Optional.empty(),
                content,
                ends(),
                auth(us, sender),
                100,
                network.time.millis());
    }

    private VerifiedPdu signed(EventDraft draft) {
        return switch (EventSigning.sign(RoomVersions.V12, draft, evil.signer)) {
            case SignedEvent.Signed(VerifiedPdu event) -> event;
            case SignedEvent.Refused refused -> throw new AssertionError(refused);
        };
    }

    private EventDraft honest(String body) {
        return draft(evil.user("mallory"), "m.room.message", TestServer.text(body));
    }

    private ReceiveOutcome send(VerifiedPdu event) {
        return us.receive(evil.name, event.pdu().json());
    }

    @Test
    void theHonestFormOfTheseEventsIsTaken() {
        assertThat(send(signed(honest("hello")))).isInstanceOf(ReceiveOutcome.Accepted.class);
        assertThat(us.bodies(room)).containsExactly("hello");
    }

    @Test
    void anEventInAnotherUsersNameIsDropped() {
        var forged = draft(us.user("alice"), "m.room.message", TestServer.text("forged"));
        assertThat(send(signed(forged))).isInstanceOf(ReceiveOutcome.Dropped.class);
        assertThat(us.bodies(room)).isEmpty();
    }

    @Test
    void aChangedContentIsTakenInItsRedactedFormOnly() {
        JsonObject event = signed(honest("signed")).pdu().json();
        var outcome =
                us.receive(evil.name, event.with("content", TestServer.text("changed later")));
        assertThat(outcome).isInstanceOf(ReceiveOutcome.Accepted.class);
        assertThat(us.bodies(room)).containsExactly("(redacted)");
    }

    @Test
    void anEventOfAnotherRoomAmongTheAuthEventsIsRefused() {
        RoomId other = us.createRoom("alice");
        EventId foreign = us.view(other)
                .stateEvent(StateKey.POWER_LEVELS)
                .orElseThrow()
                .row()
                .eventId();
        EventDraft good = honest("x");
        var draft = new EventDraft(
                good.roomId(),
                good.sender(),
                good.type(),
                good.stateKey(),
                good.content(),
                good.prevEvents(),
                List.of(foreign, good.authEvents().getLast()),
                good.depth(),
                good.originServerTs());
        assertThat(send(signed(draft))).isNotInstanceOf(ReceiveOutcome.Accepted.class);
        assertThat(us.bodies(room)).isEmpty();
    }

    @Test
    void anEventBeyondTheSenderslevelIsRejectedAndPagesPassOverIt() {
        us.say(room, "alice", "before");
        network.deliver();
        EventDraft good = honest("x");
        var draft = new EventDraft(
                good.roomId(),
                good.sender(),
                "m.room.power_levels",
                Optional.of(""),
                JsonObject.of(
                        "users", JsonObject.EMPTY.with(evil.user("mallory").toString(), 100)),
                good.prevEvents(),
                good.authEvents(),
                good.depth(),
                good.originServerTs());
        VerifiedPdu event = signed(draft);
        assertThat(send(event)).isInstanceOf(ReceiveOutcome.Rejected.class);
        var after = new EventDraft(
                good.roomId(),
                good.sender(),
                good.type(),
                good.stateKey(),
                TestServer.text("on a rejected event"),
                List.of(event.eventId()),
                good.authEvents(),
                101,
                good.originServerTs());
        assertThat(send(signed(after))).isInstanceOf(ReceiveOutcome.Accepted.class);
        assertThat(us.bodies(room)).containsExactly("before", "on a rejected event");
        var served = us.engine
                .archive()
                .backfill(evil.name, room, Set.of(ends().getFirst()), 100)
                .orElseThrow();
        assertThat(served).extracting(VerifiedPdu::eventId).doesNotContain(event.eventId());
        assertThat(served).hasSizeGreaterThan(5);
        assertThat(us.say(room, "alice", "and on")).isNotNull();
        assertThat(us.event(room, ends().getFirst()).pdu().prevEvents())
                .doesNotContain(event.eventId());
    }

    @Test
    void aStateThatNamesRejectedAuthEventsIsRejectedItself() {
        EventDraft good = honest("x");
        VerifiedPdu rejected = signed(new EventDraft(
                good.roomId(),
                good.sender(),
                "m.room.power_levels",
                Optional.of(""),
                JsonObject.of(
                        "users", JsonObject.EMPTY.with(evil.user("mallory").toString(), 100)),
                good.prevEvents(),
                good.authEvents(),
                good.depth(),
                good.originServerTs()));
        send(rejected);
        VerifiedPdu topic = signed(new EventDraft(
                good.roomId(),
                good.sender(),
                "m.room.topic",
                Optional.of(""),
                JsonObject.EMPTY.with("topic", "mine"),
                good.prevEvents(),
                List.of(rejected.eventId(), good.authEvents().getLast()),
                good.depth(),
                good.originServerTs()));
        assertThat(send(topic)).isInstanceOf(ReceiveOutcome.Rejected.class);
        assertThat(us.view(room).stateEvent(StateKey.of("m.room.topic"))).isEmpty();
    }

    @Test
    void aSecondCreateEventIsRefused() {
        EventDraft good = honest("x");
        var create = CreateEvent.sign(
                RoomVersions.V12,
                Optional.empty(),
                evil.user("mallory"),
                JsonObject.EMPTY,
                evil.signer,
                network.time.instant());
        VerifiedPdu event = ((SignedEvent.Signed) create).event();
        assertThat(us.receive(evil.name, event.pdu().json().with("room_id", room.text())))
                .isInstanceOf(ReceiveOutcome.Dropped.class);
        VerifiedPdu typed = signed(new EventDraft(
                good.roomId(),
                good.sender(),
                "m.room.create",
                Optional.empty(),
                JsonObject.EMPTY,
                good.prevEvents(),
                good.authEvents(),
                good.depth(),
                good.originServerTs()));
        assertThat(send(typed)).isNotInstanceOf(ReceiveOutcome.Accepted.class);
    }

    @Test
    void anEventWithoutPreviousEventsIsRejected() {
        EventDraft good = honest("x");
        var rootless = new EventDraft(
                good.roomId(),
                good.sender(),
                good.type(),
                good.stateKey(),
                good.content(),
                List.of(),
                good.authEvents(),
                1,
                good.originServerTs());
        assertThat(send(signed(rootless))).isInstanceOf(ReceiveOutcome.Rejected.class);
        assertThat(us.view(room).head().extremities()).hasSize(1);
    }

    @Test
    void malformedAndOversizedEventsAreDropped() {
        JsonObject good = signed(honest("x")).pdu().json();
        var hostile = List.of(
                good.without("sender"),
                good.with("depth", -1),
                good.with("depth", Long.MAX_VALUE),
                good.with("depth", "1"),
                good.with("prev_events", "none"),
                good.with("content", JsonArray.EMPTY),
                good.with("content", TestServer.text("x".repeat(70_000))),
                good.with("type", "t".repeat(300)),
                good.with("room_id", 7),
                good.without("signatures"),
                good.with("signatures", JsonObject.EMPTY),
                good.with("auth_events", JsonArray.ofStrings(List.of("$a", "$b"))),
                JsonObject.EMPTY);
        for (JsonObject event : hostile) {
            assertThat(us.receive(evil.name, event))
                    .as(event.toString()
                            .substring(0, Math.min(200, event.toString().length())))
                    .isInstanceOf(ReceiveOutcome.Dropped.class);
        }
        assertThat(us.bodies(room)).isEmpty();
        assertThat(us.store.setAside(10)).isEmpty();
    }

    @Test
    void theGreatestDepthDoesNotStopTheRoom() {
        EventDraft good = honest("deep");
        var deep = new EventDraft(
                good.roomId(),
                good.sender(),
                good.type(),
                good.stateKey(),
                good.content(),
                good.prevEvents(),
                good.authEvents(),
                (1L << 53) - 1,
                good.originServerTs());
        assertThat(send(signed(deep))).isInstanceOf(ReceiveOutcome.Accepted.class);
        us.say(room, "alice", "still here");
        network.deliver();
        assertThat(evil.bodies(room)).endsWith("still here");
        assertThat(us.bodies(room)).containsExactly("deep", "still here");
    }

    @Test
    void anEventOfARoomThatWeAreNotInIsDropped() {
        RoomId elsewhere = evil.createRoom("mallory");
        var event = evil.event(elsewhere, evil.say(elsewhere, "mallory", "psst"));
        assertThat(send(event)).isInstanceOf(ReceiveOutcome.Dropped.class);
    }

    @Test
    void aServerThatTheRoomDoesNotAdmitIsNotHeard() {
        us.state(
                room,
                "alice",
                "m.room.server_acl",
                JsonObject.of("allow", JsonArray.ofStrings(List.of("*")))
                        .with("deny", JsonArray.ofStrings(List.of("e?il.*"))));
        assertThat(send(signed(honest("still me")))).isInstanceOf(ReceiveOutcome.Dropped.class);
        assertThat(us.engine.archive().admits(evil.name, room)).isFalse();
        assertThat(us.engine.archive().backfill(evil.name, room, Set.copyOf(ends()), 5))
                .isEmpty();
    }

    @Test
    void nobodyIsServedARoomThatTheyAreNotIn() {
        TestServer stranger = network.server("stranger.example");
        EventId event = us.say(room, "alice", "private");
        var archive = us.engine.archive();
        assertThat(archive.event(stranger.name, event)).isEmpty();
        assertThat(archive.stateAt(stranger.name, room, event)).isEmpty();
        assertThat(archive.authChain(stranger.name, room, event)).isEmpty();
        RoomId theirs = stranger.createRoom("eve");
        assertThat(archive.stateAt(stranger.name, theirs, event)).isEmpty();
    }

    @Test
    void onlyAnInviteByTheCallerForOneOfOursIsSigned() {
        RoomId other = evil.createRoom("mallory");
        var join = evil.event(
                other,
                evil.view(other)
                        .stateEvent(StateKey.member(evil.user("mallory")))
                        .orElseThrow()
                        .row()
                        .eventId());
        var answer = us.engine
                .inbound()
                .invite(evil.name, other, RoomVersions.V12, join.pdu().json(), List.of());
        assertThat(answer).isInstanceOf(InboundRooms.Answer.Failed.class);
    }

    @Test
    void aHandedInJoinOfAnotherServersUserIsRefused() {
        TestServer third = network.server("third.example");
        var made = us.engine
                .inbound()
                .make(evil.name, room, third.user("carol"), Membership.JOIN, List.of("12"));
        assertThat(made).isInstanceOf(InboundRooms.Answer.Failed.class);
    }
}
