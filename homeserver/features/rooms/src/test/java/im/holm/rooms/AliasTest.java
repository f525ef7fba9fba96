package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class AliasTest extends TwoUsersAndARoom {

    @Test
    void anAliasLeadsToItsRoomUntilItIsDeleted() {
        String alias = alias("one");
        Client.ok(ann.put(alias, body(room)));
        Reply found = Client.ok(bob.get(alias));
        assertThat(found.string("room_id")).isEqualTo(room);
        assertThat(found.body().array("servers").orElseThrow().strings().orElseThrow())
                .containsExactly(node.serverName());
        assertThat(aliases(ann)).containsExactly("#one:" + node.serverName());
        Client.ok(ann.delete(alias));
        assertThat(bob.get(alias).errcode()).isEqualTo("M_NOT_FOUND");
        assertThat(ann.delete(alias).status()).isEqualTo(404);
        assertThat(aliases(ann)).isEmpty();
    }

    @Test
    void aTakenAliasIsAConflict() {
        Client.ok(ann.put(alias("taken"), body(room)));
        bob.join(room);
        Reply reply = bob.put(alias("taken"), body(room));
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.errcode()).isEqualTo("M_UNKNOWN");
    }

    @Test
    void onlyTheMakerAndThePowerfulDeleteAnAlias() {
        bob.join(room);
        Client.ok(ann.put(alias("of-ann"), body(room)));
        Client.ok(bob.put(alias("of-bob"), body(room)));
        assertThat(bob.delete(alias("of-ann")).errcode()).isEqualTo("M_FORBIDDEN");
        Client.ok(ann.delete(alias("of-bob")));
        Client.ok(ann.delete(alias("of-ann")));
    }

    @Test
    void whoIsNotInTheRoomNeitherNamesItNorSeesItsAliases() {
        Client eve = node.client("eve");
        assertThat(eve.put(alias("eve"), body(room)).errcode()).isEqualTo("M_FORBIDDEN");
        assertThat(eve.put(alias("eve"), body("!none:" + node.serverName())))
                .isEqualTo(eve.put(alias("eve"), body(room)));
        assertThat(eve.get(Client.path(room) + "/aliases").errcode()).isEqualTo("M_FORBIDDEN");
        ann.setState(
                room,
                "m.room.history_visibility",
                "",
                "{\"history_visibility\":\"world_readable\"}");
        Client.ok(eve.get(Client.path(room) + "/aliases"));
    }

    @Test
    void otherServersAreNotAskedForAliasesWithoutEnd() {
        try (var paced = RoomsNode.startPaced()) {
            Client cy = paced.client("cy");
            String elsewhere = "/directory/room/" + Client.encode("#x:elsewhere.example");
            Reply reply = cy.get(elsewhere);
            for (int i = 0; i < 500 && reply.status() == 404; i++) {
                reply = cy.get(elsewhere);
            }
            assertThat(reply.errcode()).isEqualTo("M_LIMIT_EXCEEDED");
            String here = "/directory/room/" + Client.encode("#x:" + paced.serverName());
            assertThat(cy.get(here).errcode()).isEqualTo("M_NOT_FOUND");
        }
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(ann.get("/directory/room/nonsense").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put("/directory/room/" + Client.encode("#x:elsewhere.example"), body(room))
                        .errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put(alias("x"), "{}").errcode()).isEqualTo("M_MISSING_PARAM");
        assertThat(ann.put(alias("x"), "{\"room_id\":\"x\"}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put(alias("x"), "{").errcode()).isEqualTo("M_NOT_JSON");
        assertThat(ann.get(alias("x".repeat(300))).errcode()).isEqualTo("M_INVALID_PARAM");
    }

    private static String alias(String local) {
        return "/directory/room/" + Client.encode("#" + local + ":" + node.serverName());
    }

    private static String body(String room) {
        return "{\"room_id\":\"" + room + "\"}";
    }

    private List<String> aliases(Client client) {
        return Client.ok(client.get(Client.path(room) + "/aliases"))
                .body()
                .array("aliases")
                .orElseThrow()
                .strings()
                .orElseThrow();
    }
}
