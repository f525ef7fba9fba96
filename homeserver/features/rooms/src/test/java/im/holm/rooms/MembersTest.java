package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

class MembersTest {

    private static RoomsNode node;
    private static Client ann;
    private static Client bob;
    private static Client cid;
    private static String room;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
        ann = node.client("ann");
        bob = node.client("bob");
        cid = node.client("cid");
        room = ann.createPublicRoom();
        bob.join(room);
        ann.invite(room, cid);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void membersAreChosenByMembership() {
        assertThat(users("")).containsExactly(user(ann), user(bob), user(cid));
        assertThat(users("?membership=join")).containsExactly(user(ann), user(bob));
        assertThat(users("?not_membership=join")).containsExactly(user(cid));
        assertThat(users("?membership=ban")).isEmpty();
    }

    @Test
    void membersAreGivenAsOfASync() {
        String later = ann.createPublicRoom();
        Reply before = ann.sync();
        bob.join(later);
        String members = Client.path(later) + "/members";
        assertThat(Client.ok(ann.get(members)).list("chunk")).hasSize(2);
        assertThat(Client.ok(ann.get(members + "?at=" + before.nextBatch())).list("chunk"))
                .hasSize(1);
        String prev = Reply.object(before.joined(later), "timeline")
                .string("prev_batch")
                .orElseThrow();
        Client.ok(ann.get(members + "?at=" + prev));
    }

    @Test
    void joinedMembersAreGivenWithTheirProfiles() {
        JsonObject joined =
                Client.ok(ann.get(Client.path(room) + "/joined_members")).object("joined");
        assertThat(joined.keys()).containsExactly(user(ann), user(bob));
        assertThat(Reply.object(joined, user(bob)).string("display_name")).contains("The bob");
    }

    @Test
    void othersSeeNoMembers() {
        for (String path : List.of("/members", "/joined_members")) {
            Reply invited = cid.get(Client.path(room) + path);
            assertThat(invited.status()).as(path).isEqualTo(403);
            assertThat(cid.get(Client.path("!none:" + node.serverName()) + path))
                    .isEqualTo(invited);
        }
    }

    @Test
    void badRequestsAreRefused() {
        String members = Client.path(room) + "/members";
        assertThat(ann.get(members + "?membership=lurk").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get(members + "?at=yesterday").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get("/rooms/x/members").errcode()).isEqualTo("M_INVALID_PARAM");
    }

    private static String user(Client client) {
        return client.user.toString();
    }

    private static List<String> users(String query) {
        return Client.ok(ann.get(Client.path(room) + "/members" + query)).list("chunk").stream()
                .map(event -> event.string("state_key").orElseThrow())
                .toList();
    }
}
