package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.slice.FederationRoute;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Spaces are walked, and rooms described to those who may know of them.
class SpacesTest {

    private static RoomsNode node;
    private final Client ann = node.client("ann" + System.nanoTime());
    private final Client bob = node.client("bob" + System.nanoTime());

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private String space(String name) {
        return ann.createRoom("{\"preset\":\"public_chat\",\"name\":\"" + name
                + "\",\"creation_content\":{\"type\":\"m.space\"}}");
    }

    private String room(String preset, String name) {
        return ann.createRoom("{\"preset\":\"" + preset + "\",\"name\":\"" + name + "\"}");
    }

    private void child(String space, String room, String more) {
        ann.setState(
                space,
                "m.space.child",
                room,
                "{\"via\":[\"" + node.serverName() + "\"]" + more + "}");
    }

    private static Reply hierarchy(Client client, String space, String query) {
        return client.get(
                "/_matrix/client/v1/rooms/" + Client.encode(space) + "/hierarchy" + query);
    }

    private static List<String> names(Reply reply) {
        return Client.ok(reply).list("rooms").stream()
                .map(room -> room.string("name").orElse("?"))
                .toList();
    }

    @Test
    void theTreeIsWalkedDepthFirstInItsOrder() {
        String root = space("root");
        String sub = space("sub");
        child(root, room("public_chat", "second"), ",\"order\":\"b\"");
        child(root, room("public_chat", "unordered"), "");
        child(root, sub, ",\"order\":\"a\"");
        child(sub, room("public_chat", "leaf"), "");
        child(sub, root, ""); // a circle
        Reply reply = hierarchy(bob, root, "");
        assertThat(names(reply)).containsExactly("root", "sub", "leaf", "second", "unordered");
        JsonObject first = reply.list("rooms").getFirst();
        assertThat(first.string("room_type")).contains("m.space");
        assertThat(first.string("join_rule")).contains("public");
        assertThat(first.string("room_version")).contains("12");
        assertThat(first.integer("num_joined_members")).hasValue(1);
        assertThat(Reply.list(first, "children_state")).hasSize(3).allSatisfy(event -> {
            assertThat(event.string("type")).contains("m.space.child");
            assertThat(event.integer("origin_server_ts")).isPresent();
            assertThat(event.has("event_id")).isFalse();
        });
    }

    @Test
    void depthAndSuggestionsLimitTheWalk() {
        String root = space("root");
        String sub = space("sub");
        child(root, sub, ",\"suggested\":true");
        child(root, room("public_chat", "not suggested"), "");
        child(sub, room("public_chat", "leaf"), "");
        assertThat(names(hierarchy(bob, root, "?max_depth=1")))
                .containsExactly("root", "sub", "not suggested");
        assertThat(names(hierarchy(bob, root, "?max_depth=0"))).containsExactly("root");
        assertThat(names(hierarchy(bob, root, "?suggested_only=true")))
                .containsExactly("root", "sub");
    }

    @Test
    void pagesMeetWithoutGapOrRepetition() {
        String root = space("root");
        for (int i = 0; i < 7; i++) {
            child(root, room("public_chat", "r" + i), ",\"order\":\"" + i + "\"");
        }
        List<String> all = new ArrayList<>();
        String from = "";
        do {
            Reply page = hierarchy(bob, root, "?limit=3" + from);
            all.addAll(names(page));
            from = page.body()
                    .string("next_batch")
                    .map(token -> "&from=" + token)
                    .orElse("");
        } while (!from.isEmpty());
        assertThat(all).containsExactly("root", "r0", "r1", "r2", "r3", "r4", "r5", "r6");
        String token = hierarchy(bob, root, "?limit=3").string("next_batch");
        assertThat(hierarchy(bob, root, "?limit=3&max_depth=2&from=" + token).errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(hierarchy(bob, root, "?from=nonsense").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(hierarchy(bob, root, "?limit=0").errcode()).isEqualTo("M_INVALID_PARAM");
    }

    @Test
    void whatOneMayNotJoinIsLeftOutAndARoomThatIsNotThereLooksTheSame() {
        String root = space("root");
        String secret = room("private_chat", "secret");
        child(root, secret, "");
        assertThat(names(hierarchy(bob, root, ""))).containsExactly("root");
        assertThat(names(hierarchy(ann, root, ""))).containsExactly("root", "secret");
        ann.invite(secret, bob);
        assertThat(names(hierarchy(bob, root, ""))).containsExactly("root", "secret");
        Reply hidden = hierarchy(node.client("eve"), secret, "");
        Reply missing = hierarchy(node.client("eve"), "!nowhere:test.example", "");
        assertThat(hidden.status()).isEqualTo(403);
        assertThat(hidden.body()).isEqualTo(missing.body());
    }

    @Test
    void aRestrictedRoomIsShownToWhoFulfilsItsCondition() {
        String root = space("root");
        String room = ann.createRoom("{\"preset\":\"private_chat\",\"name\":\"club\","
                + "\"initial_state\":[{\"type\":\"m.room.join_rules\",\"state_key\":\"\","
                + "\"content\":{\"join_rule\":\"restricted\",\"allow\":[{\"type\":"
                + "\"m.room_membership\",\"room_id\":\"" + root + "\"}]}}]}");
        child(root, room, "");
        assertThat(names(hierarchy(bob, root, ""))).containsExactly("root");
        bob.join(root);
        assertThat(names(hierarchy(bob, root, ""))).containsExactly("root", "club");
        Reply summary = bob.get("/_matrix/client/v1/room_summary/" + Client.encode(room));
        assertThat(Client.ok(summary).body().array("allowed_room_ids").orElseThrow())
                .isEqualTo(JsonArray.ofStrings(List.of(root)));
    }

    @Test
    void aRoomThatIsElsewhereIsAskedFor() {
        String root = space("root");
        ann.setState(root, "m.space.child", "!far:far.example", "{\"via\":[\"far.example\"]}");
        JsonObject far = JsonObject.builder()
                .put("room_id", "!far:far.example")
                .put("name", "far")
                .put("join_rule", "public")
                .put("num_joined_members", 3)
                .put("surprise", "x")
                .put("children_state", JsonArray.EMPTY)
                .build();
        node.servers()
                .answer(
                        "far.example",
                        "/_matrix/federation/v1/hierarchy/%21far%3Afar.example",
                        JsonObject.of("room", far));
        Reply reply = hierarchy(bob, root, "");
        assertThat(names(reply)).containsExactly("root", "far");
        assertThat(reply.list("rooms").getLast().has("surprise")).isFalse();
        Reply summary = bob.get("/_matrix/client/v1/room_summary/"
                + Client.encode("!far:far.example") + "?via=far.example");
        assertThat(Client.ok(summary).string("name")).isEqualTo("far");
    }

    @Test
    void aSummaryTellsTheMembershipAndNothingOfWhatIsHidden() {
        String room = room("public_chat", "open");
        Reply summary = bob.get("/_matrix/client/v1/room_summary/" + Client.encode(room));
        assertThat(Client.ok(summary).string("name")).isEqualTo("open");
        assertThat(summary.body().has("membership")).isFalse();
        bob.join(room);
        Reply joined = bob.get("/_matrix/client/v1/room_summary/" + Client.encode(room));
        assertThat(joined.string("membership")).isEqualTo("join");
        String secret = room("private_chat", "secret");
        Reply hidden = bob.get("/_matrix/client/v1/room_summary/" + Client.encode(secret));
        Reply missing =
                bob.get("/_matrix/client/v1/room_summary/" + Client.encode("!no:x.example"));
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.body()).isEqualTo(missing.body());
        assertThat(bob.get("/_matrix/client/v1/room_summary/nonsense").errcode())
                .isEqualTo("M_INVALID_PARAM");
    }

    @Test
    void anotherServerIsToldOfWhatItsUsersCouldJoin() {
        String root = space("root");
        child(root, room("public_chat", "open"), "");
        String secret = room("private_chat", "secret");
        child(root, secret, "");
        var route = node.feature().slice().federationRoutes().getFirst();
        var handler = ((FederationRoute.Access.Server) route.access()).handler();
        var answer = handler.handle(
                ServerName.of("far.example"),
                Request.of(
                        Method.GET,
                        "/_matrix/federation/v1/hierarchy/x",
                        Map.of("roomId", root),
                        new byte[0]));
        var parts = ((Response.Body.Bytes) answer.body()).parts();
        JsonObject told = JsonParser.parseObject(
                        parts.getFirst(), JsonLimits.clientBody(parts.getFirst().length))
                .object()
                .orElseThrow();
        assertThat(told.object("room").flatMap(space -> space.string("name"))).contains("root");
        assertThat(Reply.list(told, "children"))
                .extracting(each -> each.string("name").orElse("?"))
                .containsExactly("open");
        assertThat(told.array("inaccessible_children")
                        .flatMap(JsonArray::strings)
                        .orElseThrow())
                .containsExactly(secret);
        var closed = handler.handle(
                ServerName.of("far.example"),
                Request.of(
                        Method.GET,
                        "/_matrix/federation/v1/hierarchy/x",
                        Map.of("roomId", secret),
                        new byte[0]));
        assertThat(closed.status()).isEqualTo(404);
    }
}
