package im.holm.federation.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomHead;
import im.holm.federation.call.Call;
import im.holm.federation.call.CallOutcome;
import im.holm.federation.call.ServerCalls;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// What a server that signs its requests correctly, and otherwise does as it likes, gets from us.
class HostileServerTest {
    private static final String V1 = "/_matrix/federation/v1/";
    private static final String V2 = "/_matrix/federation/v2/";
    private static final AtomicInteger TRANSACTIONS = new AtomicInteger();

    @TempDir
    static Path dir;

    private static Regions regions;
    private static UserId alice;
    private static UserId mallory;
    private static ServerCalls calls;

    @BeforeAll
    static void start() throws IOException {
        regions = new Regions(dir);
        alice = regions.eu.user("alice");
        mallory = regions.us.user("mallory");
        calls = regions.us.calls();
    }

    @AfterAll
    static void stop() {
        regions.close();
    }

    @Test
    void aServerThatIsNotInARoomReadsNothingOfIt() {
        RoomId room = regions.eu.createRoom(alice, "invite", "shared");
        regions.eu.say(alice, room, "secret");
        String event = Call.encoded(newest(room));
        String path = Call.encoded(room);

        assertDeclined(get(V1 + "state/" + path + "?event_id=" + event), 403, "M_FORBIDDEN");
        assertDeclined(get(V1 + "state_ids/" + path + "?event_id=" + event), 403, "M_FORBIDDEN");
        assertDeclined(get(V1 + "event_auth/" + path + "/" + event), 403, "M_FORBIDDEN");
        assertDeclined(get(V1 + "backfill/" + path + "?limit=5&v=" + event), 403, "M_FORBIDDEN");
        assertDeclined(get(V1 + "event/" + event), 404, "M_NOT_FOUND");
        JsonObject missing =
                Json.of("{'earliest_events':[],'latest_events':['" + newest(room) + "']}");
        assertDeclined(
                calls.call(Call.post(eu(), V1 + "get_missing_events/" + path, missing)),
                403,
                "M_FORBIDDEN");
    }

    @Test
    void anEventOfAnotherRoomIsNotDisclosedThroughARoomThatOneIsIn() {
        RoomId shared = joined();
        RoomId secret = regions.eu.createRoom(alice, "invite", "shared");
        regions.eu.say(alice, secret, "secret");
        String event = Call.encoded(newest(secret));
        String path = Call.encoded(shared);

        assertDeclined(get(V1 + "state/" + path + "?event_id=" + event), 404, "M_NOT_FOUND");
        assertDeclined(get(V1 + "state_ids/" + path + "?event_id=" + event), 404, "M_NOT_FOUND");
        assertDeclined(get(V1 + "event_auth/" + path + "/" + event), 404, "M_NOT_FOUND");
        assertHolds(get(V1 + "backfill/" + path + "?limit=5&v=" + event), "secret", false);
        JsonObject missing =
                Json.of("{'earliest_events':[],'latest_events':['" + newest(secret) + "']}");
        assertHolds(
                calls.call(Call.post(eu(), V1 + "get_missing_events/" + path, missing)),
                "secret",
                false);
    }

    @Test
    void whatWasSaidBeforeTheJoinIsRedactedIfTheRoomSaysSo() {
        RoomId room = regions.eu.createRoom(alice, "public", "joined");
        regions.eu.say(alice, room, "before you came");
        EventId before = newest(room);
        regions.us.change(mallory, mallory, room, Membership.JOIN, eu());

        assertHolds(get(V1 + "event/" + Call.encoded(before)), "before you came", false);
        assertHolds(
                get(V1 + "backfill/" + Call.encoded(room) + "?limit=20&v="
                        + Call.encoded(newest(room))),
                "before you came",
                false);
    }

    @Test
    void noMembershipIsMadeOrTakenForAUserOfAnotherServer() {
        RoomId room = regions.eu.createRoom(alice, "public", "shared");
        String path = Call.encoded(room) + "/" + Call.encoded(alice) + "?ver=12";

        assertDeclined(get(V1 + "make_join/" + path), 403, "M_FORBIDDEN");
        assertDeclined(get(V1 + "make_leave/" + path), 403, "M_FORBIDDEN");
        assertDeclined(get(V1 + "make_knock/" + path), 403, "M_FORBIDDEN");
    }

    @Test
    void anUnknownRoomOrVersionIsSaidToBe() {
        RoomId room = regions.eu.createRoom(alice, "public", "shared");
        String user = Call.encoded(mallory);

        assertDeclined(
                get(V1 + "make_join/" + Call.encoded("!nowhere:x") + "/" + user + "?ver=12"),
                404,
                "M_NOT_FOUND");
        assertDeclined(
                get(V1 + "make_join/" + Call.encoded(room) + "/" + user + "?ver=1&ver=9"),
                400,
                "M_INCOMPATIBLE_ROOM_VERSION");
    }

    @Test
    void anEventThatIsNoJoinIsNotTakenAsOne() {
        RoomId room = regions.eu.createRoom(alice, "public", "shared");
        CallOutcome made = get(
                V1 + "make_join/" + Call.encoded(room) + "/" + Call.encoded(mallory) + "?ver=12");
        JsonObject template =
                ((CallOutcome.Answered) made).body().object("event").orElseThrow();
        JsonObject ban = signed(template.with("content", Json.of("{'membership':'ban'}"))
                .with("state_key", alice.toString()));
        JsonObject topic = signed(template.with("type", "m.room.topic")
                .with("state_key", "")
                .with("content", Json.of("{'topic':'mine'}")));

        for (JsonObject event : List.of(ban, topic)) {
            String path = Call.encoded(room) + "/" + Call.encoded(id(event));
            assertDeclined(calls.call(Call.put(eu(), V2 + "send_join/" + path, event)), 400, "");
            assertDeclined(calls.call(Call.put(eu(), V2 + "send_leave/" + path, event)), 400, "");
        }
        assertThat(regions.eu.membership(room, alice)).contains(Membership.JOIN);
    }

    @Test
    void aForgedEventOfOneOfOursIsDroppedAndTheRestOfTheTransactionTaken() {
        RoomId room = joined();
        regions.eu.say(alice, room, "genuine");
        await().until(() -> regions.us.messages(room).contains("genuine"));
        EventId parent = newest(room);
        JsonObject forged = message(room, alice, parent, "forged");
        JsonObject good = message(room, mallory, parent, "by mallory");

        CallOutcome outcome = transaction(forged, good);

        JsonObject results =
                ((CallOutcome.Answered) outcome).body().object("pdus").orElseThrow();
        assertThat(results.object(id(good).text())).contains(JsonObject.EMPTY);
        assertThat(results.object(id(forged).text()).orElseThrow().has("error")).isTrue();
        await().until(() -> regions.eu.messages(room).contains("by mallory"));
        assertThat(regions.eu.messages(room)).doesNotContain("forged");
    }

    @Test
    void nonsenseInATransactionIsAnsweredAndBreaksNothing() {
        RoomId room = joined();
        String id = "'room_id':'" + room + "'";

        CallOutcome outcome = transaction(
                JsonObject.EMPTY,
                Json.of("{" + id + "}"),
                Json.of("{" + id + ",'type':7,'depth':'deep','prev_events':{}}"),
                Json.of("{'room_id':'!nowhere:x','type':'m.room.message'}"),
                Json.of("{'room_id':17}"),
                message(room, mallory, EventId.of("$" + "A".repeat(43)), "no such parent"));

        assertThat(outcome).isInstanceOf(CallOutcome.Answered.class);
        regions.eu.say(alice, room, "still here");
        await().until(() -> regions.us.messages(room).contains("still here"));
    }

    @Test
    void anInviteIsSignedOnlyIfItIsOne() {
        RoomId room = regions.us.createRoom(mallory, "invite", "shared");
        EventId parent = newest(regions.us, room);
        JsonObject leave = member(room, parent, alice.toString(), "leave");
        JsonObject forAnother = member(room, parent, "@x:elsewhere.example.org", "invite");
        JsonObject good = member(room, parent, alice.toString(), "invite");

        for (JsonObject event : List.of(leave, forAnother, good)) {
            JsonObject body = JsonObject.builder()
                    .put("room_version", "12")
                    .put("event", event)
                    .put("invite_room_state", JsonArray.EMPTY)
                    .build();
            String path = V2 + "invite/" + Call.encoded(room) + "/" + Call.encoded(id(event));
            assertDeclined(calls.call(Call.put(eu(), path, body)), 400, "");
        }
        assertThat(regions.eu.membership(room, alice)).isEmpty();
    }

    private static void assertDeclined(CallOutcome outcome, int status, String errcode) {
        assertThat(outcome).as(outcome.reason()).isInstanceOf(CallOutcome.Declined.class);
        CallOutcome.Declined declined = (CallOutcome.Declined) outcome;
        assertThat(declined.status()).as(outcome.reason()).isEqualTo(status);
        assertThat(declined.errcode()).startsWith(errcode);
    }

    private static void assertHolds(CallOutcome outcome, String text, boolean expected) {
        boolean holds = outcome instanceof CallOutcome.Answered(JsonObject body)
                && body.toString().contains(text);
        assertThat(holds).as(outcome.reason()).isEqualTo(expected);
    }

    private static CallOutcome get(String target) {
        return calls.call(Call.get(eu(), target));
    }

    private static CallOutcome transaction(JsonObject... pdus) {
        JsonObject body = JsonObject.builder()
                .put("origin", regions.us.name().text())
                .put("origin_server_ts", 1)
                .put("pdus", JsonArray.of(pdus))
                .build();
        return calls.call(
                Call.put(eu(), V1 + "send/hostile" + TRANSACTIONS.incrementAndGet(), body));
    }

    private static im.holm.protocol.id.ServerName eu() {
        return regions.eu.name();
    }

    private static EventId newest(RoomId room) {
        return newest(regions.eu, room);
    }

    private static EventId newest(Region region, RoomId room) {
        var view = region.view(room).orElseThrow();
        var page = view.page(view.head().tlTop() + RoomHead.TL_STEP, true, 1);
        return page.events().getFirst().row().eventId();
    }

    /// A room of Alice's that Mallory has joined.
    private static RoomId joined() {
        RoomId room = regions.eu.createRoom(alice, "public", "shared");
        regions.us.change(mallory, mallory, room, Membership.JOIN, eu());
        assertThat(regions.us.membership(room, mallory)).contains(Membership.JOIN);
        return room;
    }

    private static JsonObject message(RoomId room, UserId sender, EventId parent, String body) {
        return signed(event(room, sender, parent)
                .with("type", "m.room.message")
                .with("content", Json.of("{'body':'" + body + "','msgtype':'m.text'}")));
    }

    private static JsonObject member(RoomId room, EventId parent, String user, String membership) {
        return signed(event(room, mallory, parent)
                .with("type", "m.room.member")
                .with("state_key", user)
                .with("content", JsonObject.EMPTY.with("membership", membership)));
    }

    /// Auth events as the room's state gives them, so that only what the test forges is wrong.
    private static JsonObject event(RoomId room, UserId sender, EventId parent) {
        Region knows = regions.us.view(room).isPresent() ? regions.us : regions.eu;
        var view = knows.view(room).orElseThrow();
        List<String> auth = java.util.stream.Stream.of(
                        im.holm.protocol.event.StateKey.POWER_LEVELS,
                        im.holm.protocol.event.StateKey.member(sender))
                .flatMap(key -> view.stateEvent(key).stream())
                .map(event -> event.row().eventId().text())
                .toList();
        return JsonObject.builder()
                .put("room_id", room.text())
                .put("sender", sender.toString())
                .put("prev_events", JsonArray.ofStrings(List.of(parent)))
                .put("auth_events", JsonArray.ofStrings(auth))
                .put("depth", 100)
                .put("origin_server_ts", System.currentTimeMillis())
                .build();
    }

    private static JsonObject signed(JsonObject event) {
        var outcome = EventSigning.signTemplate(
                RoomVersions.V12, event, regions.us.kernel().signer());
        return switch (outcome) {
            case SignedEvent.Signed(var signed) -> signed.pdu().json();
            case SignedEvent.Refused(boolean _, String reason) -> throw new AssertionError(reason);
        };
    }

    private static EventId id(JsonObject event) {
        return Optional.of(im.holm.protocol.event.PduParser.parse(RoomVersions.V12, event))
                .flatMap(parsed -> parsed.wellFormed())
                .orElseThrow()
                .eventId();
    }
}
