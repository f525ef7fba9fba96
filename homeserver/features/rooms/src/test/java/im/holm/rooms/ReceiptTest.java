package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.Executors;

class ReceiptTest {

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
        ann.sync();
        bob.sync();
    }

    @Test
    void othersSeeHowFarOneHasRead() {
        String id = ann.say(room, "read me");
        ann.sync();
        Client.ok(bob.post(receipt("m.read", id), "{}"));
        Reply sync = ann.sync();
        assertThat(receipts(sync).getFirst().keys()).containsExactly(id);
        JsonObject details =
                Reply.object(receipts(sync).getFirst(), id, "m.read", bob.user.toString());
        assertThat(details.integer("ts").isPresent()).isTrue();
        assertThat(details.has("thread_id")).isFalse();
        assertThat(ann.sync().hasJoined(room)).isFalse();
        ann.startOver();
        assertThat(receipts(ann.sync())).hasSize(1);
    }

    @Test
    void aWaitingSyncIsWoken() throws Exception {
        String id = ann.say(room, "read me");
        ann.sync();
        try (var background = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = background.submit(ann::syncWaiting);
            Client.ok(bob.post(receipt("m.read", id), "{}"));
            assertThat(receipts(waiting.get())).hasSize(1);
        }
    }

    @Test
    void aPrivateReceiptIsSeenByOneselfOnly() {
        String id = ann.say(room, "read me");
        ann.sync();
        bob.sync();
        Client.ok(bob.post(receipt("m.read.private", id), "{}"));
        assertThat(ann.sync().hasJoined(room)).isFalse();
        Reply own = bob.sync();
        assertThat(Reply.object(receipts(own).getFirst(), id).keys())
                .containsExactly("m.read.private");
        assertThat(unread(own)).isZero();
    }

    @Test
    void aReceiptNeverMovesBack() {
        String first = ann.say(room, "one");
        String second = ann.say(room, "two");
        Client.ok(bob.post(receipt("m.read", second), "{}"));
        ann.sync();
        Client.ok(bob.post(receipt("m.read", first), "{}"));
        ann.startOver();
        assertThat(receipts(ann.sync()).getFirst().keys()).containsExactly(second);
    }

    @Test
    void receiptsOfThreadsStandBesideTheOthers() {
        String root = ann.say(room, "root");
        String reply = ann.say(room, "reply");
        Client.ok(bob.post(receipt("m.read", root), "{}"));
        Client.ok(bob.post(receipt("m.read", reply), "{\"thread_id\":\"main\"}"));
        Client.ok(bob.post(receipt("m.read", reply), "{\"thread_id\":\"" + root + "\"}"));
        ann.startOver();
        JsonObject content = receipts(ann.sync()).getFirst();
        assertThat(content.keys()).contains(root, reply);
    }

    @Test
    void whatIsUnreadIsCountedUntilItIsRead() {
        ann.say(room, "one");
        String second = ann.say(room, "two");
        ann.say(room, "three");
        assertThat(unread(bob.sync())).isEqualTo(3);
        Client.ok(bob.post(receipt("m.read", second), "{}"));
        assertThat(unread(bob.sync())).isEqualTo(1);
        bob.say(room, "mine does not count");
        assertThat(unread(bob.sync())).isEqualTo(1);
    }

    @Test
    void markersAreSetTogether() {
        String id = ann.say(room, "read me");
        ann.sync();
        bob.sync();
        Client.ok(bob.post(
                Client.path(room) + "/read_markers",
                "{\"m.fully_read\":\"" + id + "\",\"m.read\":\"" + id + "\"}"));
        Reply sync = bob.sync();
        List<JsonObject> data =
                Reply.list(Reply.object(sync.joined(room), "account_data"), "events");
        assertThat(Reply.types(data)).containsExactly("m.fully_read");
        assertThat(Reply.object(data.getFirst(), "content").string("event_id")).contains(id);
        assertThat(receipts(ann.sync())).hasSize(1);
        Client.ok(bob.post(receipt("m.fully_read", id), ""));
    }

    @Test
    void badRequestsAreRefused() {
        String id = ann.say(room, "x");
        assertThat(bob.post(receipt("m.seen", id), "{}").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(bob.post(receipt("m.read", "nonsense"), "{}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(bob.post(receipt("m.read", "$none"), "{}").errcode()).isEqualTo("M_NOT_FOUND");
        for (String thread : List.of("1", "\"\"", "null", "\"$none\"", "\"nonsense\"")) {
            assertThat(bob.post(receipt("m.read", id), "{\"thread_id\":" + thread + "}")
                            .errcode())
                    .as(thread)
                    .isEqualTo("M_INVALID_PARAM");
        }
        assertThat(bob.post(receipt("m.fully_read", id), "{\"thread_id\":\"main\"}")
                        .errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(bob.post(Client.path(room) + "/read_markers", "{\"m.read\":1}")
                        .errcode())
                .isEqualTo("M_BAD_JSON");
        assertThat(node.client("eve").post(receipt("m.read", id), "{}").status())
                .isEqualTo(403);
    }

    private String receipt(String type, String eventId) {
        return Client.path(room) + "/receipt/" + type + "/" + Client.encode(eventId);
    }

    private List<JsonObject> receipts(Reply sync) {
        return sync.ephemeral(room).stream()
                .filter(event -> event.string("type").orElseThrow().equals("m.receipt"))
                .map(event -> Reply.object(event, "content"))
                .toList();
    }

    private long unread(Reply sync) {
        return Reply.object(sync.joined(room), "unread_notifications")
                .integer("notification_count")
                .orElseThrow();
    }
}
