package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JoinTest {

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
    void aRoomIsJoinedByIdOrByAlias() {
        String room =
                ann.createRoom("{\"preset\":\"public_chat\",\"room_alias_name\":\"open-house\"}");
        String alias = Client.encode("#open-house:" + node.serverName());
        assertThat(Client.ok(bob.post("/join/" + alias, "{}")).string("room_id"))
                .isEqualTo(room);
        bob.leave(room);
        assertThat(Client.ok(bob.post(Client.path(room) + "/join", "{}")).string("room_id"))
                .isEqualTo(room);
    }

    @Test
    void joiningNeedsNoBodyAndJoiningTwiceChangesNothing() {
        String room = ann.createPublicRoom();
        String join = "/join/" + Client.encode(room) + "?via=a.example&server_name=b.example";
        Client.ok(bob.post(join, ""));
        Client.ok(bob.post(join, ""));
        assertThat(ann.get(Client.path(room) + "/joined_members")
                        .object("joined")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void aReasonStandsInTheMemberEvent() {
        String room = ann.createPublicRoom();
        Client.ok(bob.post("/join/" + Client.encode(room), "{\"reason\":\"curious\"}"));
        Reply member = Client.ok(ann.get(
                Client.path(room) + "/state/m.room.member/" + Client.encode(bob.user.toString())));
        assertThat(member.string("reason")).isEqualTo("curious");
        assertThat(member.string("displayname")).isEqualTo("The bob");
    }

    @Test
    void aKnockWaitsToBeAnsweredByAnInvite() {
        String room = ann.createRoom("{\"initial_state\":[{\"type\":\"m.room.join_rules\","
                + "\"content\":{\"join_rule\":\"knock\"}}]}");
        assertThat(Client.ok(bob.post("/knock/" + Client.encode(room), "{\"reason\":\"hi\"}"))
                        .string("room_id"))
                .isEqualTo(room);
        assertThat(bob.sync().object("rooms", "knock").has(room)).isTrue();
        assertThat(bob.post("/join/" + Client.encode(room), "{}").status()).isEqualTo(403);
        ann.invite(room, bob);
        assertThat(bob.sync().object("rooms", "invite").has(room)).isTrue();
        bob.join(room);
    }

    @Test
    void aRoomThatTakesNoKnocksRefusesThem() {
        String room = ann.createRoom("{}");
        assertThat(bob.post("/knock/" + Client.encode(room), "{}").status()).isEqualTo(403);
    }

    @Test
    void aPrivateRoomIsAnsweredLikeOneThatDoesNotExist() {
        String room = ann.createRoom("{}");
        for (String verb : new String[] {"join", "knock"}) {
            Reply secret = bob.post("/" + verb + "/" + Client.encode(room), "{}");
            assertThat(secret.status()).isEqualTo(403);
            assertThat(bob.post("/" + verb + "/" + Client.encode("!none"), "{}"))
                    .isEqualTo(secret);
        }
        assertThat(bob.post(Client.path(room) + "/join", "{}"))
                .isEqualTo(bob.post(Client.path("!none") + "/join", "{}"));
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(bob.post("/join/nonsense", "{}").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(bob.post("/join/" + Client.encode("#none:" + node.serverName()), "{}")
                        .errcode())
                .isEqualTo("M_NOT_FOUND");
        String room = Client.encode(ann.createPublicRoom());
        assertThat(bob.post("/join/" + room, "[]").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(bob.post("/join/" + room, "{\"reason\":7}").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(bob.post("/join/" + room + "?via=a%20b", "{}").errcode())
                .isEqualTo("M_INVALID_PARAM");
    }
}
