package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonInteger;

import org.junit.jupiter.api.Test;

import java.util.List;

/// What `holm room purge` and `holm room delete` ask a running server.
class RoomRemovalTest extends TwoUsersAndARoom {

    @Test
    void purgedHistoryIsGoneForClientsAndTheRoomGoesOn() {
        bob.join(room);
        ann.setState(room, "m.room.name", "", "{\"name\":\"kept\"}");
        String old = ann.say(room, "old");
        for (int i = 0; i < 5; i++) {
            ann.setState(room, "m.room.topic", "", "{\"topic\":\"topic " + i + "\"}");
        }
        String receipt = Client.path(room) + "/receipt/m.read/" + Client.encode(old);
        Client.ok(bob.post(receipt, "{}"));
        bob.sync();
        String last = ann.say(room, "the newest stays");

        Reply purged = purge(room, farAhead());

        assertThat(purged.status()).isEqualTo(200);
        assertThat(events(purged)).isPositive();
        assertThat(bob.get(Client.path(room) + "/event/" + Client.encode(old)).errcode())
                .isEqualTo("M_NOT_FOUND");
        Reply page = Client.ok(bob.get(Client.path(room) + "/messages?dir=b&limit=100"));
        assertThat(page.list("chunk"))
                .extracting(event -> event.string("event_id").orElseThrow())
                .containsExactly(last);
        assertThat(page.body().has("end")).isFalse();
        Reply name = Client.ok(bob.get(Client.path(room) + "/state/m.room.name/"));
        assertThat(name.string("name")).isEqualTo("kept");
        ann.say(room, "and on");
        assertThat(Reply.bodies(bob.sync().timeline(room)))
                .containsExactly("the newest stays", "and on");
        Client fresh = node.client("bob");
        assertThat(Reply.bodies(fresh.sync().timeline(room)))
                .containsExactly("the newest stays", "and on");
        assertThat(events(purge(room, 0))).isZero();
    }

    @Test
    void aRoomIsDeletedOnceItsLocalUsersHaveLeft() {
        bob.join(room);
        String alias = "{\"room_id\":\"" + room + "\"}";
        String path = "/directory/room/" + Client.encode("#gone:" + node.serverName());
        Client.ok(ann.put(path, alias));
        assertThat(delete(room).status()).isEqualTo(409);
        bob.leave(room);
        ann.leave(room);
        long roomNid = node.node()
                .kernel()
                .rooms()
                .room(RoomId.of(room))
                .orElseThrow()
                .identity()
                .roomNid();
        Reply deleted = delete(room);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(events(deleted)).isPositive();
        assertThat(ann.get(path).errcode()).isEqualTo("M_NOT_FOUND");
        assertThat(ann.get(Client.path(room) + "/messages?dir=b").status()).isEqualTo(403);
        Client again = node.client("ann");
        assertThat(again.sync("timeout=0&filter="
                                + Client.encode("{\"room\":{\"include_leave\":true}}"))
                        .json()
                        .toString())
                .doesNotContain(room);
        assertThat(delete(room).errcode()).isEqualTo("M_NOT_FOUND");
        for (String table : List.of("event", "room_head", "state_snapshot", "membership")) {
            assertThat(rows(table, roomNid)).as(table).isZero();
        }
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(call("purge", "{}").errcode()).isEqualTo("M_MISSING_PARAM");
        assertThat(call("purge", "{\"room_id\":\"" + room + "\"}").errcode())
                .isEqualTo("M_MISSING_PARAM");
        assertThat(call("purge", "{\"room_id\":7,\"before_ms\":1}").status()).isEqualTo(400);
        assertThat(call("delete", "{\"room_id\":\"nonsense\"}").status()).isEqualTo(400);
        assertThat(purge("!nowhere:" + node.serverName(), 1).errcode()).isEqualTo("M_NOT_FOUND");
    }

    private static long rows(String table, long roomNid) {
        return node.node()
                .kernel()
                .database()
                .read(handle -> handle.createQuery(
                                "SELECT count(*) FROM " + table + " WHERE room_nid = :room")
                        .bind("room", roomNid)
                        .mapTo(Long.class)
                        .one());
    }

    private static long farAhead() {
        return 1L << 42;
    }

    private static long events(Reply reply) {
        return ((JsonInteger) reply.body().get("events").orElseThrow()).value();
    }

    private static Reply purge(String room, long beforeMs) {
        return call("purge", "{\"room_id\":\"" + room + "\",\"before_ms\":" + beforeMs + "}");
    }

    private static Reply delete(String room) {
        return call("delete", "{\"room_id\":\"" + room + "\"}");
    }

    private static Reply call(String what, String body) {
        var management = new Client(node.node().managementUrl(), ann.user, "unused");
        return management.post("/_holm/admin/v1/rooms/" + what, body);
    }
}
