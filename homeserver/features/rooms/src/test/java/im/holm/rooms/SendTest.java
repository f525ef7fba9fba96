package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

class SendTest {

    private static final String HELLO = "{\"msgtype\":\"m.text\",\"body\":\"hello\"}";

    private static RoomsNode node;
    private static Client ann;
    private static Client bob;

    private String room;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
        ann = node.client("ann");
        bob = node.client("bob");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void createRoom() {
        room = ann.createPublicRoom();
        bob.join(room);
    }

    @Test
    void aMessageArrivesAsItWasSent() {
        String id = ann.send(
                room,
                "m.room.message",
                "{\"msgtype\":\"m.text\",\"body\":\"\\u00e9\\n\\\"\",\"n\":[1,{}]}");
        JsonObject event = Client.ok(bob.get(event(id))).body();
        assertThat(event.string("event_id")).contains(id);
        assertThat(event.string("room_id")).contains(room);
        assertThat(event.string("sender")).contains(ann.user.toString());
        assertThat(event.string("type")).contains("m.room.message");
        assertThat(Reply.object(event, "content").string("body")).contains("\u00e9\n\"");
        assertThat(event.has("state_key")).isFalse();
        assertThat(event.integer("origin_server_ts").isPresent()).isTrue();
        assertThat(Reply.object(event, "unsigned").integer("age").isPresent()).isTrue();
        assertThat(event.has("hashes") || event.has("signatures") || event.has("auth_events"))
                .isFalse();
    }

    @Test
    void theSameTransactionOfADeviceIsTheSameEvent() {
        String path = Client.path(room) + "/send/m.room.message/once";
        String first = Client.ok(ann.put(path, HELLO)).string("event_id");
        assertThat(Client.ok(ann.put(path, HELLO)).string("event_id")).isEqualTo(first);
        assertThat(Client.ok(bob.put(path, HELLO)).string("event_id")).isNotEqualTo(first);
        String otherType = Client.path(room) + "/send/x.other/once";
        assertThat(Client.ok(ann.put(otherType, HELLO)).string("event_id")).isNotEqualTo(first);
        Client otherDevice = node.client("ann");
        assertThat(Client.ok(otherDevice.put(path, HELLO)).string("event_id")).isNotEqualTo(first);
    }

    @Test
    void onlyTheSendingDeviceSeesItsTransactionId() {
        String id = Client.ok(ann.put(Client.path(room) + "/send/m.room.message/mine", HELLO))
                .string("event_id");
        assertThat(unsigned(ann, id).string("transaction_id")).contains("mine");
        assertThat(unsigned(node.client("ann"), id).has("transaction_id")).isFalse();
        assertThat(unsigned(bob, id).has("transaction_id")).isFalse();
    }

    @Test
    void whatIsRedactedLosesItsContentAndSaysWhy() {
        String id = bob.say(room, "oops");
        String redaction = Client.ok(bob.put(
                        Client.path(room) + "/redact/" + Client.encode(id) + "/r1",
                        "{\"reason\":\"typo\"}"))
                .string("event_id");
        JsonObject event = Client.ok(ann.get(event(id))).body();
        assertThat(event.object("content")).contains(JsonObject.EMPTY);
        JsonObject because = Reply.object(event, "unsigned", "redacted_because");
        assertThat(because.string("event_id")).contains(redaction);
        assertThat(Reply.object(because, "content").string("reason")).contains("typo");
        JsonObject itself = Client.ok(ann.get(event(redaction))).body();
        assertThat(itself.string("redacts")).contains(id);
        assertThat(Reply.object(itself, "content").string("redacts")).contains(id);
    }

    @Test
    void oneRedactsOnesOwnEventsAndThePowerfulAlsoOthers() {
        String ofAnn = ann.say(room, "important");
        String ofBob = bob.say(room, "spam");
        Reply refused = bob.put(Client.path(room) + "/redact/" + Client.encode(ofAnn) + "/r", "{}");
        assertThat(refused.status()).isEqualTo(403);
        Client.ok(ann.put(Client.path(room) + "/redact/" + Client.encode(ofBob) + "/r", "{}"));
        assertThat(Client.ok(ann.get(event(ofAnn))).object("content").isEmpty()).isFalse();
        assertThat(Client.ok(ann.get(event(ofBob))).object("content").isEmpty()).isTrue();
    }

    @Test
    void aRedactionSentAsAnEventIsARedaction() {
        String id = bob.say(room, "oops");
        bob.send(room, "m.room.redaction", "{\"redacts\":\"" + id + "\"}");
        assertThat(Client.ok(ann.get(event(id))).object("content").isEmpty()).isTrue();
    }

    @Test
    void whoIsNotInTheRoomCannotSend() {
        Client eve = node.client("eve");
        Reply reply = eve.put(Client.path(room) + "/send/m.room.message/1", HELLO);
        assertThat(reply.status()).isEqualTo(403);
        String unknown = Client.path("!none:" + node.serverName());
        assertThat(eve.put(unknown + "/send/m.room.message/1", HELLO)).isEqualTo(reply);
    }

    @Test
    void whoLacksThePowerCannotSend() {
        ann.setState(room, "m.room.power_levels", "", "{\"events_default\":50}");
        Reply reply = bob.put(Client.path(room) + "/send/m.room.message/1", HELLO);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.errcode()).isEqualTo("M_FORBIDDEN");
    }

    @Test
    void badRequestsAreRefused() {
        record Bad(String path, String body, int status, String errcode) {}
        String send = Client.path(room) + "/send/m.room.message/";
        for (Bad bad : List.of(
                new Bad(send + "1", "", 400, "M_NOT_JSON"),
                new Bad(send + "1", "{\"body\":", 400, "M_NOT_JSON"),
                new Bad(send + "1", "[]", 400, "M_BAD_JSON"),
                new Bad(send + "1", "\"text\"", 400, "M_BAD_JSON"),
                new Bad(send + "1", "{\"n\":1.5}", 400, "M_BAD_JSON"),
                new Bad(send + "1", "{\"n\":9007199254740992}", 400, "M_BAD_JSON"),
                new Bad(send + "1", "{\"a\":1,\"a\":2}", 400, "M_BAD_JSON"),
                new Bad(send + "x".repeat(300), HELLO, 400, "M_INVALID_PARAM"),
                new Bad(
                        Client.path(room) + "/send/" + "x".repeat(300) + "/1",
                        HELLO,
                        400,
                        "M_INVALID_PARAM"),
                new Bad(send + "%00", HELLO, 400, "M_INVALID_PARAM"),
                new Bad(Client.path(room) + "/send/a%00/1", HELLO, 400, "M_INVALID_PARAM"),
                new Bad("/rooms/room/send/m.room.message/1", HELLO, 400, "M_INVALID_PARAM"),
                new Bad(
                        Client.path("!" + "x".repeat(300) + ":a") + "/send/m.room.message/1",
                        HELLO,
                        400,
                        "M_INVALID_PARAM"),
                new Bad(Client.path(room) + "/redact/nonsense/1", "{}", 400, "M_INVALID_PARAM"),
                new Bad(Client.path(room) + "/redact/$none/1", "{}", 404, "M_NOT_FOUND"))) {
            Reply reply = ann.put(bad.path(), bad.body());
            assertThat(reply.errcode()).as(bad.toString()).isEqualTo(bad.errcode());
            assertThat(reply.status()).as(bad.toString()).isEqualTo(bad.status());
        }
    }

    @Test
    void anEventThatIsTooLargeIsRefused() {
        Reply reply = ann.put(
                Client.path(room) + "/send/m.room.message/big",
                "{\"body\":\"" + "x".repeat(70_000) + "\"}");
        assertThat(reply.errcode()).isEqualTo("M_TOO_LARGE");
        assertThat(reply.status()).isIn(400, 413);
    }

    private String event(String id) {
        return Client.path(room) + "/event/" + Client.encode(id);
    }

    private JsonObject unsigned(Client reader, String id) {
        return Client.ok(reader.get(event(id))).object("unsigned");
    }
}
