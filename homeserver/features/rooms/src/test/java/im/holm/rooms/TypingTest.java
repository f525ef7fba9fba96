package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.Executors;

class TypingTest {

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
        bob.sync();
    }

    @Test
    void othersSeeWhoStartsAndStopsTyping() {
        type(ann, "true");
        assertThat(typing(bob.sync())).containsExactly(List.of(ann.user.toString()));
        assertThat(bob.sync().hasJoined(room)).isFalse();
        type(ann, "false");
        assertThat(typing(bob.sync())).containsExactly(List.of());
    }

    @Test
    void aWaitingSyncIsWoken() throws Exception {
        try (var background = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = background.submit(bob::syncWaiting);
            type(ann, "true");
            assertThat(typing(waiting.get())).containsExactly(List.of(ann.user.toString()));
        }
    }

    @Test
    void aNoticeEndsByItself() {
        Client.ok(ann.put(path(ann), "{\"typing\":true,\"timeout\":1}"));
        assertThat(typing(bob.sync())).hasSize(1);
        assertThat(typing(bob.syncWaiting())).containsExactly(List.of());
    }

    @Test
    void aFirstSyncTellsWhoIsTyping() {
        type(ann, "true");
        bob.startOver();
        assertThat(typing(bob.sync())).containsExactly(List.of(ann.user.toString()));
        type(ann, "false");
    }

    @Test
    void anotherServersUserTypesOnlyThroughTheirOwnServer() {
        JsonObject ofAnn = JsonObject.builder()
                .put("room_id", room)
                .put("user_id", ann.user.toString())
                .put("typing", true)
                .build();
        node.edu("m.typing", ServerName.of("evil.example"), ofAnn);
        assertThat(bob.sync().hasJoined(room)).isFalse();
        node.edu("m.typing", ServerName.of("evil.example"), JsonObject.EMPTY);
        node.edu(
                "m.typing",
                ServerName.of("evil.example"),
                ofAnn.with("user_id", "@eve:evil.example"));
        assertThat(bob.sync().hasJoined(room)).isFalse();
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(ann.put(path(bob), "{\"typing\":true}").errcode()).isEqualTo("M_FORBIDDEN");
        assertThat(ann.put(path(ann), "{}").errcode()).isEqualTo("M_MISSING_PARAM");
        assertThat(ann.put(path(ann), "{\"typing\":\"yes\"}").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(ann.put(path(ann), "{\"typing\":true,\"timeout\":-1}").errcode())
                .isEqualTo("M_INVALID_PARAM");
        Client eve = node.client("eve");
        Reply reply = eve.put(path(eve), "{\"typing\":true}");
        assertThat(reply.status()).isEqualTo(403);
    }

    private String path(Client client) {
        return Client.path(room) + "/typing/" + Client.encode(client.user.toString());
    }

    private void type(Client client, String typing) {
        Client.ok(client.put(path(client), "{\"typing\":" + typing + ",\"timeout\":20000}"));
    }

    private List<List<String>> typing(Reply sync) {
        return sync.ephemeral(room).stream()
                .filter(event -> event.string("type").orElseThrow().equals("m.typing"))
                .map(event -> Reply.object(event, "content")
                        .array("user_ids")
                        .orElseThrow()
                        .strings()
                        .orElseThrow())
                .toList();
    }
}
