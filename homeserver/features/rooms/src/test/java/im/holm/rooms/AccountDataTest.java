package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.Executors;

class AccountDataTest {

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
        ann.sync();
    }

    @Test
    void whatIsSetIsReadAndToldToEveryDeviceOnce() throws Exception {
        Client other = node.client("ann");
        other.sync();
        try (var background = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = background.submit(other::syncWaiting);
            Client.ok(ann.put(global(ann, "x.setting"), "{\"dark\":true}"));
            List<JsonObject> events = Reply.list(waiting.get().object("account_data"), "events");
            assertThat(Reply.types(events)).containsExactly("x.setting");
            assertThat(Reply.object(events.getFirst(), "content").bool("dark")).contains(true);
        }
        assertThat(Reply.list(other.sync().object("account_data"), "events")).isEmpty();
        assertThat(Client.ok(ann.get(global(ann, "x.setting"))).body().bool("dark"))
                .contains(true);
    }

    @Test
    void aRoomHasDataOfItsOwn() {
        Client.ok(ann.put(ofRoom(ann, "account_data/x.setting"), "{\"n\":1}"));
        assertThat(Client.ok(ann.get(ofRoom(ann, "account_data/x.setting")))
                        .body()
                        .integer("n"))
                .hasValue(1);
        List<JsonObject> events =
                Reply.list(Reply.object(ann.sync().joined(room), "account_data"), "events");
        assertThat(Reply.types(events)).containsExactly("x.setting");
        assertThat(ann.sync().hasJoined(room)).isFalse();
        ann.startOver();
        assertThat(Reply.types(Reply.list(
                        Reply.object(ann.sync().joined(room), "account_data"), "events")))
                .containsExactly("x.setting");
    }

    @Test
    void whatWasNeverSetIsNotFound() {
        assertThat(ann.get(global(ann, "x.never")).errcode()).isEqualTo("M_NOT_FOUND");
        assertThat(ann.get(ofRoom(ann, "account_data/x.never")).errcode()).isEqualTo("M_NOT_FOUND");
    }

    @Test
    void tagsAreSetReadAndRemoved() {
        Client.ok(ann.put(ofRoom(ann, "tags/m.favourite"), "{\"order\":0.25}"));
        Client.ok(ann.put(ofRoom(ann, "tags/u.work"), "{}"));
        JsonObject tags = Client.ok(ann.get(ofRoom(ann, "tags"))).object("tags");
        assertThat(tags.keys()).containsExactly("m.favourite", "u.work");
        assertThat(Reply.object(tags, "m.favourite").get("order").orElseThrow().toString())
                .isEqualTo("0.25");
        Client.ok(ann.delete(ofRoom(ann, "tags/m.favourite")));
        List<JsonObject> events =
                Reply.list(Reply.object(ann.sync().joined(room), "account_data"), "events");
        assertThat(Reply.types(events)).containsExactly("m.tag");
        assertThat(Reply.object(events.getFirst(), "content", "tags").keys())
                .containsExactly("u.work");
    }

    @Test
    void whatTheServerKeepsIsNotSetHere() {
        for (String type : List.of("m.fully_read", "m.push_rules")) {
            Reply reply = ann.put(global(ann, type), "{}");
            assertThat(reply.status()).isEqualTo(405);
            assertThat(reply.errcode()).isEqualTo("M_BAD_JSON");
            assertThat(ann.put(ofRoom(ann, "account_data/" + type), "{}").status())
                    .isEqualTo(405);
        }
    }

    @Test
    void dataIsOnesOwn() {
        assertThat(bob.get(global(ann, "x.setting")).errcode()).isEqualTo("M_FORBIDDEN");
        assertThat(bob.put(global(ann, "x.setting"), "{}").errcode()).isEqualTo("M_FORBIDDEN");
        assertThat(bob.get(ofRoom(ann, "tags")).errcode()).isEqualTo("M_FORBIDDEN");
        assertThat(bob.put(ofRoom(bob, "account_data/x"), "{}").status()).isEqualTo(403);
    }

    @Test
    void allOfAUsersDataTogetherIsBounded() {
        String large = "{\"a\":\"" + "x".repeat(1_000_000) + "\"}";
        for (int i = 0; i < 8; i++) {
            Client.ok(bob.put(global(bob, "large" + i), large));
        }
        assertThat(bob.put(global(bob, "large8"), large).errcode())
                .isEqualTo("M_USER_LIMIT_EXCEEDED");
        Client.ok(bob.put(global(bob, "large0"), large));
        Client.ok(bob.put(global(bob, "large0"), "{}"));
        Client.ok(bob.put(global(bob, "large8"), large));
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(ann.put(global(ann, "x"), "{").errcode()).isEqualTo("M_NOT_JSON");
        assertThat(ann.put(global(ann, "x"), "[]").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(ann.put(global(ann, "x".repeat(300)), "{}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put(global(ann, "%00"), "{}").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.get(global(ann, "%00")).errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put(ofRoom(ann, "tags/%00"), "{}").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put("/user/ann/account_data/x", "{}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(ann.put(ofRoom(ann, "tags/u.x"), "{\"order\":\"first\"}").errcode())
                .isEqualTo("M_BAD_JSON");
        assertThat(ann.put(ofRoom(ann, "tags/" + "u".repeat(300)), "{}").errcode())
                .isEqualTo("M_INVALID_PARAM");
    }

    private static String global(Client client, String type) {
        return "/user/" + Client.encode(client.user.toString()) + "/account_data/" + type;
    }

    private String ofRoom(Client client, String rest) {
        return "/user/" + Client.encode(client.user.toString()) + Client.path(room) + "/" + rest;
    }
}
