package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.Optional;

class UpgradeTest {

    private static RoomsNode node;
    private static Client ann;
    private static Client bob;

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

    @Test
    void theReplacementTakesOverWhatTheRoomIs() {
        String old = ann.createRoom("{\"preset\":\"public_chat\",\"room_version\":\"11\","
                + "\"name\":\"Tea\",\"topic\":\"Leaves\",\"visibility\":\"public\","
                + "\"room_alias_name\":\"upgraded\",\"creation_content\":{\"type\":\"m.space\"}}");
        bob.join(old);
        String room = upgrade(old, "{\"new_version\":\"12\"}");
        JsonObject create = content(room, "m.room.create");
        assertThat(create.string("room_version")).contains("12");
        assertThat(create.string("type")).contains("m.space");
        assertThat(Reply.object(create, "predecessor").string("room_id")).contains(old);
        assertThat(content(room, "m.room.name").string("name")).contains("Tea");
        assertThat(content(room, "m.room.topic").string("topic")).contains("Leaves");
        assertThat(content(room, "m.room.join_rules").string("join_rule")).contains("public");
        assertThat(content(room, "m.room.power_levels").object("users")).contains(JsonObject.EMPTY);
        assertThat(content(old, "m.room.tombstone").string("replacement_room")).contains(room);
        String alias = "/directory/room/" + Client.encode("#upgraded:" + node.serverName());
        assertThat(Client.ok(bob.get(alias)).string("room_id")).isEqualTo(room);
        assertThat(Client.ok(bob.get("/directory/list/room/" + Client.encode(room)))
                        .string("visibility"))
                .isEqualTo("public");
        Reply late = bob.put(Client.path(old) + "/send/m.room.message/late", "{\"body\":\"x\"}");
        assertThat(late.status()).isEqualTo(403);
        bob.join(room);
    }

    @Test
    void anOlderVersionNamesItsPredecessorsLastEventAndItsCreatorsLevel() {
        String old = ann.createRoom("{\"preset\":\"public_chat\",\"room_version\":\"12\"}");
        String last = ann.say(old, "last words");
        String room = upgrade(old, "{\"new_version\":\"11\",\"additional_creators\":[\"@x:y\"]}");
        JsonObject create = content(room, "m.room.create");
        assertThat(Reply.object(create, "predecessor").string("event_id")).contains(last);
        assertThat(create.has("additional_creators")).isFalse();
        assertThat(Reply.object(content(room, "m.room.power_levels"), "users")
                        .get(ann.user.toString()))
                .isEqualTo(Optional.of(new JsonInteger(100)));
    }

    @Test
    void furtherCreatorsAreNamedAnew() {
        String old = ann.createPublicRoom();
        String room = upgrade(
                old,
                "{\"new_version\":\"12\",\"additional_creators\":[\"" + bob.user + "\",\""
                        + ann.user + "\"]}");
        assertThat(content(room, "m.room.create").array("additional_creators").orElseThrow())
                .containsExactly(new JsonString(bob.user.toString()));
    }

    @Test
    void whoMayNotReplaceARoomIsRefused() {
        String room = ann.createPublicRoom();
        String upgrade = Client.path(room) + "/upgrade";
        assertThat(bob.post(upgrade, "{\"new_version\":\"12\"}").errcode())
                .isEqualTo("M_FORBIDDEN");
        bob.join(room);
        assertThat(bob.post(upgrade, "{\"new_version\":\"12\"}").errcode())
                .isEqualTo("M_FORBIDDEN");
        assertThat(ann.post(upgrade, "{\"new_version\":\"13\"}").errcode())
                .isEqualTo("M_UNSUPPORTED_ROOM_VERSION");
        assertThat(ann.post(upgrade, "{}").errcode()).isEqualTo("M_MISSING_PARAM");
        assertThat(ann.post(upgrade, "{\"new_version\":12}").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(ann.post(upgrade, "{\"new_version\":\"12\",\"additional_creators\":[\"x\"]}")
                        .errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get(Client.path(room) + "/state/m.room.tombstone").status())
                .isEqualTo(404);
    }

    private static String upgrade(String room, String body) {
        return Client.ok(ann.post(Client.path(room) + "/upgrade", body)).string("replacement_room");
    }

    private static JsonObject content(String room, String type) {
        return Client.ok(ann.get(Client.path(room) + "/state/" + type)).body();
    }
}
