package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class StateTest extends TwoUsersAndARoom {

    @Test
    void thePathMayEndAfterTheTypeWithOrWithoutASlash() {
        Client.ok(ann.put(Client.path(room) + "/state/m.room.topic", "{\"topic\":\"one\"}"));
        assertThat(Client.ok(ann.get(Client.path(room) + "/state/m.room.topic/"))
                        .string("topic"))
                .isEqualTo("one");
        Client.ok(ann.put(Client.path(room) + "/state/m.room.topic/", "{\"topic\":\"two\"}"));
        assertThat(Client.ok(ann.get(Client.path(room) + "/state/m.room.topic")).string("topic"))
                .isEqualTo("two");
    }

    @Test
    void aStateKeyMayHoldAnyCharacters() {
        String key = "a/b %#\u00fc";
        ann.setState(room, "x.thing", key, "{\"v\":1}");
        Reply one = Client.ok(ann.get(Client.path(room) + "/state/x.thing/" + Client.encode(key)));
        assertThat(one.body().integer("v")).hasValue(1);
        assertThat(ann.get(Client.path(room) + "/state/x.thing").errcode())
                .isEqualTo("M_NOT_FOUND");
    }

    @Test
    void theWholeEventIsGivenOnRequest() {
        String id = ann.setState(room, "m.room.name", "", "{\"name\":\"A\"}");
        Reply event = Client.ok(ann.get(Client.path(room) + "/state/m.room.name?format=event"));
        assertThat(event.string("event_id")).isEqualTo(id);
        assertThat(event.string("state_key")).isEmpty();
        assertThat(event.string("room_id")).isEqualTo(room);
    }

    @Test
    void aChangeTellsWhatWasBefore() {
        String first = ann.setState(room, "m.room.name", "", "{\"name\":\"A\"}");
        ann.setState(room, "m.room.name", "", "{\"name\":\"B\"}");
        JsonObject unsigned = Client.ok(
                        ann.get(Client.path(room) + "/state/m.room.name?format=event"))
                .object("unsigned");
        assertThat(Reply.object(unsigned, "prev_content").string("name")).contains("A");
        assertThat(unsigned.string("replaces_state")).contains(first);
    }

    @Test
    void theWholeStateHasOneEventForEachKey() {
        ann.setState(room, "m.room.name", "", "{\"name\":\"A\"}");
        ann.setState(room, "m.room.name", "", "{\"name\":\"B\"}");
        List<JsonObject> state = state(ann);
        assertThat(Reply.types(state))
                .contains("m.room.create", "m.room.member", "m.room.power_levels", "m.room.name")
                .doesNotHaveDuplicates();
        assertThat(state.stream()
                        .filter(event -> event.string("type").orElseThrow().equals("m.room.name"))
                        .map(event ->
                                Reply.object(event, "content").string("name").orElseThrow()))
                .containsExactly("B");
    }

    @Test
    void whoLeftSeesTheStateOfThatTime() {
        bob.join(room);
        ann.setState(room, "m.room.name", "", "{\"name\":\"then\"}");
        bob.leave(room);
        ann.setState(room, "m.room.name", "", "{\"name\":\"later\"}");
        assertThat(Client.ok(bob.get(Client.path(room) + "/state/m.room.name")).string("name"))
                .isEqualTo("then");
        assertThat(state(bob)).hasSameSizeAs(state(ann));
    }

    @Test
    void whoNeverWasInTheRoomSeesNoState() {
        Client eve = node.client("eve");
        assertThat(eve.get(Client.path(room) + "/state").status()).isEqualTo(403);
        ann.invite(room, eve);
        assertThat(eve.get(Client.path(room) + "/state").status()).isEqualTo(403);
        eve.leave(room);
        assertThat(eve.get(Client.path(room) + "/state").status()).isEqualTo(403);
        assertThat(eve.get(Client.path("!none:" + node.serverName()) + "/state"))
                .isEqualTo(eve.get(Client.path(room) + "/state"));
    }

    @Test
    void aWorldReadableRoomIsReadByAll() {
        ann.setState(
                room,
                "m.room.history_visibility",
                "",
                "{\"history_visibility\":\"world_readable\"}");
        Client eve = node.client("onlooker");
        assertThat(Reply.types(state(eve))).contains("m.room.create");
        assertThat(eve.put(Client.path(room) + "/state/m.room.name", "{\"name\":\"x\"}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aMembershipIsSetAsStateToo() {
        Client.ok(ann.put(member(bob), "{\"membership\":\"invite\"}"));
        assertThat(Client.ok(ann.get(member(bob))).string("membership")).isEqualTo("invite");
        bob.join(room);
        Client.ok(bob.put(member(bob), "{\"membership\":\"join\",\"displayname\":\"Bobby\"}"));
        assertThat(Client.ok(ann.get(member(bob))).string("displayname")).isEqualTo("Bobby");
        assertThat(ann.put(
                                Client.path(room) + "/state/m.room.member/nobody",
                                "{\"membership\":\"join\"}")
                        .errcode())
                .isEqualTo("M_BAD_JSON");
        assertThat(ann.put(member(bob), "{\"membership\":\"gone\"}").status()).isEqualTo(400);
        assertThat(ann.put(member(bob), "{}").errcode()).isEqualTo("M_MISSING_PARAM");
    }

    @Test
    void canonicalAliasesAreAskedForOnlyOnBehalfOfWhoMaySetThemAndNotWithoutEnd() {
        String path = Client.path(room) + "/state/m.room.canonical_alias";
        String many = IntStream.range(0, 11)
                .mapToObj(i -> "\"#a" + i + ":far.example\"")
                .collect(Collectors.joining(",", "{\"alt_aliases\":[", "]}"));
        assertThat(ann.put(path, many).errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(bob.put(path, many).errcode()).isEqualTo("M_FORBIDDEN");
    }

    @Test
    void aCanonicalAliasMustPointToTheRoom() {
        String alias = "#canon:" + node.serverName();
        String path = Client.path(room) + "/state/m.room.canonical_alias";
        assertThat(ann.put(path, "{\"alias\":\"" + alias + "\"}").errcode())
                .isEqualTo("M_BAD_ALIAS");
        Client.ok(ann.put(
                "/directory/room/" + Client.encode(alias), "{\"room_id\":\"" + room + "\"}"));
        Client.ok(ann.put(path, "{\"alias\":\"" + alias + "\"}"));
        assertThat(ann.put(path, "{\"alt_aliases\":[\"#other:" + node.serverName() + "\"]}")
                        .errcode())
                .isEqualTo("M_BAD_ALIAS");
        assertThat(ann.put(path, "{\"alias\":\"nonsense\"}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        Client.ok(ann.put(path, "{}"));
    }

    @Test
    void whoLacksThePowerCannotChangeTheState() {
        bob.join(room);
        Reply reply = bob.put(Client.path(room) + "/state/m.room.name", "{\"name\":\"x\"}");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.errcode()).isEqualTo("M_FORBIDDEN");
    }

    @Test
    void badRequestsAreRefused() {
        String path = Client.path(room) + "/state/";
        assertThat(ann.put(path + "m.room.name", "{").errcode()).isEqualTo("M_NOT_JSON");
        assertThat(ann.put(path + "m.room.name", "7").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(ann.put(path + "m.room.name", "{\"n\":0.5}").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(ann.put(path + "x/" + "k".repeat(300), "{}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put(path + "x/%00", "{}").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get(path + "x/%00").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get("/rooms/nonsense/state").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put(path + "m.room.create", "{}").status()).isEqualTo(403);
    }

    private String member(Client of) {
        return Client.path(room) + "/state/m.room.member/" + Client.encode(of.user.toString());
    }

    private List<JsonObject> state(Client reader) {
        return ((JsonArray) Client.ok(reader.get(Client.path(room) + "/state")).json())
                .objects()
                .orElseThrow();
    }
}
