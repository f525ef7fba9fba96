package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

class CreateRoomTest {

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

    @ParameterizedTest
    @CsvSource({
        "private_chat,invite,can_join,0",
        "trusted_private_chat,invite,can_join,0",
        "public_chat,public,forbidden,50"
    })
    void aPresetGivesARoomItsState(String preset, String joinRule, String guests, long invite) {
        String room = ann.createRoom("{\"preset\":\"" + preset + "\"}");
        assertThat(content(room, "m.room.join_rules").string("join_rule")).contains(joinRule);
        assertThat(content(room, "m.room.guest_access").string("guest_access")).contains(guests);
        assertThat(content(room, "m.room.history_visibility").string("history_visibility"))
                .contains("shared");
        assertThat(content(room, "m.room.power_levels").integer("invite")).hasValue(invite);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aRoomOfEveryVersionIsMadeJoinedAndSpokenIn(int version) {
        String room = ann.createRoom("{\"preset\":\"public_chat\",\"room_version\":\"" + version
                + "\",\"name\":\"of " + version + "\"}");
        bob.join(room);
        String id = bob.say(room, "hello");
        assertThat(id.contains(":")).isEqualTo(version < 3);
        Reply read = Client.ok(ann.get(Client.path(room) + "/messages?dir=b&limit=1"));
        assertThat(read.list("chunk").getFirst().string("event_id")).contains(id);
        assertThat(Client.ok(ann.get(Client.path(room) + "/event/" + Client.encode(id)))
                        .body()
                        .string("sender"))
                .contains(bob.user.toString());
        assertThat(Client.ok(ann.get(Client.path(room) + "/state/m.room.create"))
                        .body()
                        .string("room_version")
                        .orElse("1"))
                .isEqualTo(Integer.toString(version));
    }

    @Test
    void theCreatorIsTheFirstMemberWithTheirProfile() {
        String room = ann.createRoom("{}");
        Reply members = ann.get(Client.path(room) + "/members");
        JsonObject member = members.list("chunk").getFirst();
        assertThat(member.string("state_key")).contains(ann.user.toString());
        assertThat(Reply.object(member, "content").string("displayname")).contains("The ann");
    }

    @Test
    void nameAndTopicBecomeState() {
        String room = ann.createRoom("{\"name\":\"Tea\",\"topic\":\"Biscuits\"}");
        assertThat(content(room, "m.room.name").string("name")).contains("Tea");
        assertThat(content(room, "m.room.topic").string("topic")).contains("Biscuits");
    }

    @Test
    void initialStateReplacesWhatThePresetSays() {
        String room = ann.createRoom("{\"preset\":\"private_chat\",\"initial_state\":["
                + "{\"type\":\"m.room.history_visibility\",\"state_key\":\"\","
                + "\"content\":{\"history_visibility\":\"joined\"}},"
                + "{\"type\":\"x.custom\",\"content\":{\"n\":1}}]}");
        assertThat(content(room, "m.room.history_visibility").string("history_visibility"))
                .contains("joined");
        assertThat(content(room, "x.custom").integer("n")).hasValue(1);
    }

    @Test
    void creatorsOfVersion12StandAboveThePowerLevels() {
        String room = ann.createRoom("{\"room_version\":\"12\"}");
        JsonObject levels = content(room, "m.room.power_levels");
        assertThat(levels.object("users")).contains(JsonObject.EMPTY);
        assertThat(Reply.object(levels, "events").integer("m.room.tombstone")).hasValue(150);
        assertThat(room).doesNotContain(":");
    }

    @Test
    void theCreatorOfVersion11HasLevel100() {
        String room = ann.createRoom("{\"room_version\":\"11\"}");
        JsonObject levels = content(room, "m.room.power_levels");
        assertThat(Reply.object(levels, "users").get(ann.user.toString()))
                .isEqualTo(Optional.of(new JsonInteger(100)));
        assertThat(content(room, "m.room.create").string("room_version")).contains("11");
    }

    @Test
    void trustMakesInviteesCreatorsInVersion12AndEqualsInVersion11() {
        String body = "{\"preset\":\"trusted_private_chat\",\"invite\":[\"" + bob.user + "\"],"
                + "\"room_version\":\"%s\",\"is_direct\":true}";
        String twelve = ann.createRoom(body.formatted("12"));
        assertThat(content(twelve, "m.room.create").array("additional_creators").orElseThrow())
                .containsExactly(new JsonString(bob.user.toString()));
        String eleven = ann.createRoom(body.formatted("11"));
        assertThat(Reply.object(content(eleven, "m.room.power_levels"), "users")
                        .get(bob.user.toString()))
                .isEqualTo(Optional.of(new JsonInteger(100)));
        JsonObject invite = Client.ok(ann.get(Client.path(twelve) + "/state/m.room.member/"
                        + Client.encode(bob.user.toString())))
                .body();
        assertThat(invite.string("membership")).contains("invite");
        assertThat(invite.bool("is_direct")).contains(true);
    }

    @Test
    void powerLevelsCanBeReplacedKeyByKey() {
        String room = ann.createRoom("{\"power_level_content_override\":{\"events_default\":7}}");
        JsonObject levels = content(room, "m.room.power_levels");
        assertThat(levels.integer("events_default")).hasValue(7);
        assertThat(levels.integer("ban")).hasValue(50);
    }

    @Test
    void creationContentIsKeptButForWhatTheServerDecides() {
        String room = ann.createRoom("{\"creation_content\":{\"type\":\"m.space\","
                + "\"creator\":\"@eve:x.example\",\"room_version\":\"1\",\"m.federate\":false}}");
        JsonObject create = content(room, "m.room.create");
        assertThat(create.string("type")).contains("m.space");
        assertThat(create.bool("m.federate")).contains(false);
        assertThat(create.has("creator")).isFalse();
        assertThat(create.string("room_version")).contains("12");
    }

    @Test
    void anAliasPointsToTheNewRoomAndIsTakenThen() {
        String room = ann.createRoom("{\"room_alias_name\":\"tea-room\"}");
        String alias = "#tea-room:" + node.serverName();
        assertThat(content(room, "m.room.canonical_alias").string("alias")).contains(alias);
        assertThat(Client.ok(ann.get("/directory/room/" + Client.encode(alias))).string("room_id"))
                .isEqualTo(room);
        Reply again = bob.post("/createRoom", "{\"room_alias_name\":\"tea-room\"}");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.errcode()).isEqualTo("M_ROOM_IN_USE");
    }

    @Test
    void aRoomThatCouldNotBeCreatedLeavesItsAliasFree() {
        Reply refused = ann.post(
                "/createRoom",
                "{\"room_alias_name\":\"free\",\"initial_state\":[{\"type\":\"m.room.power_levels\","
                        + "\"content\":{\"users\":{\"nobody\":1}}}]}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.errcode()).isEqualTo("M_INVALID_ROOM_STATE");
        ann.createRoom("{\"room_alias_name\":\"free\"}");
    }

    @Test
    void badRequestsAreRefused() {
        record Bad(String body, int status, String errcode) {}
        for (Bad bad : List.of(
                new Bad("{", 400, "M_NOT_JSON"),
                new Bad("[]", 400, "M_BAD_JSON"),
                new Bad("{\"name\":1}", 400, "M_BAD_JSON"),
                new Bad("{\"preset\":\"secret_chat\"}", 400, "M_INVALID_PARAM"),
                new Bad("{\"visibility\":\"hidden\"}", 400, "M_INVALID_PARAM"),
                new Bad("{\"room_version\":\"0\"}", 400, "M_UNSUPPORTED_ROOM_VERSION"),
                new Bad("{\"room_version\":12}", 400, "M_BAD_JSON"),
                new Bad("{\"invite\":[\"bob\"]}", 400, "M_INVALID_PARAM"),
                new Bad("{\"invite\":\"bob\"}", 400, "M_BAD_JSON"),
                new Bad("{\"invite\":[\"@nobody:" + node.serverName() + "\"]}", 404, "M_NOT_FOUND"),
                new Bad("{\"invite\":[\"" + ann.user + "\"]}", 400, "M_INVALID_PARAM"),
                new Bad("{\"room_alias_name\":\"a b\"}", 400, "M_INVALID_PARAM"),
                new Bad("{\"room_alias_name\":\"a:b\"}", 400, "M_INVALID_PARAM"),
                new Bad(
                        "{\"room_alias_name\":\"" + "a".repeat(300) + "\"}",
                        400,
                        "M_INVALID_PARAM"),
                new Bad("{\"initial_state\":[{\"type\":\"x\"}]}", 400, "M_MISSING_PARAM"),
                new Bad(
                        "{\"initial_state\":[{\"type\":\"m.room.member\",\"state_key\":\"@a:b\","
                                + "\"content\":{}}]}",
                        400,
                        "M_INVALID_ROOM_STATE"),
                new Bad(
                        "{\"initial_state\":[{\"type\":\"x\",\"content\":{\"a\":1.5}}]}",
                        400,
                        "M_BAD_JSON"),
                new Bad(
                        "{\"invite_3pid\":[{\"medium\":\"email\"}]}",
                        400,
                        "M_THREEPID_MEDIUM_NOT_SUPPORTED"),
                new Bad(
                        "{\"power_level_content_override\":{\"users\":{\"" + ann.user + "\":100}}}",
                        400,
                        "M_INVALID_ROOM_STATE"),
                new Bad(
                        "{\"creation_content\":{\"additional_creators\":[\"x\"]}}",
                        400,
                        "M_INVALID_PARAM"))) {
            Reply reply = ann.post("/createRoom", bad.body());
            assertThat(reply.errcode()).as(bad.body()).isEqualTo(bad.errcode());
            assertThat(reply.status()).as(bad.body()).isEqualTo(bad.status());
        }
    }

    private static JsonObject content(String room, String type) {
        return Client.ok(ann.get(Client.path(room) + "/state/" + type)).body();
    }
}
