package im.holm.e2ee.keys;

import static im.holm.e2ee.keys.KeysDevice.ok;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.SyncSection;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Messages from device to device.
class ToDeviceTest {

    private static KeysNode node;

    @BeforeAll
    static void start() {
        node = KeysNode.start("eu.example");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private final KeysDevice alice = node.device("alice" + System.nanoTime());
    private final KeysDevice bob = node.device("bob" + System.nanoTime());
    private int txn;

    private KeysDevice.Reply send(String txnId, String user, String device, String body) {
        var byDevice = JsonObject.of(device, JsonObject.of("body", new JsonString(body)));
        return alice.put(
                "/sendToDevice/m.test/" + txnId,
                JsonObject.of("messages", JsonObject.of(user, byDevice)));
    }

    private void send(String body) {
        ok(send("t" + txn++, bob.user(), bob.caller.deviceId(), body));
    }

    private static List<String> bodies(SyncSection.Part part) {
        return KeysDevice.messages(part).stream()
                .map(message ->
                        message.object("content").flatMap(c -> c.string("body")).orElse(""))
                .toList();
    }

    @Test
    void aMessageComesOnceWithItsSenderAndType() {
        bob.sync();
        send("one");
        var part = bob.sync();
        assertThat(part.present()).isTrue();
        assertThat(KeysDevice.messages(part))
                .containsExactly(JsonObject.builder()
                        .put("content", JsonObject.of("body", new JsonString("one")))
                        .put("sender", alice.user())
                        .put("type", "m.test")
                        .build());
        assertThat(KeysDevice.messages(bob.sync())).isEmpty();
        assertThat(KeysDevice.messages(alice.sync())).isEmpty();
    }

    @Test
    void anAnswerThatGotLostIsGivenAgain() {
        bob.sync();
        send("one");
        assertThat(bodies(bob.syncInVain())).containsExactly("one");
        send("two");
        assertThat(bodies(bob.sync())).containsExactly("one", "two");
        assertThat(bodies(bob.sync())).isEmpty();
    }

    /// Waiters may be woken by a commit before this slice was told of it.
    @Test
    void whoIsWokenFirstGetsTheMessageAlready() {
        bob.sync();
        bob.sync();
        List<String> early = new ArrayList<>();
        node.beforeOthers = () -> early.addAll(bodies(bob.sync()));
        send("one");
        node.beforeOthers = () -> {};
        assertThat(early).containsExactly("one");
    }

    @Test
    void aTransactionIdSentTwiceMakesOneMessage() {
        bob.sync();
        ok(send("same", bob.user(), bob.caller.deviceId(), "one"));
        ok(send("same", bob.user(), bob.caller.deviceId(), "one"));
        assertThat(bodies(bob.sync())).containsExactly("one");
    }

    @Test
    void aStarReachesEveryDeviceAndWhatNobodyHasNone() {
        var second = new KeysDevice(node, node.device("x").caller);
        var phone = node.device(bob.caller.user().localpart());
        bob.sync();
        phone.sync();
        second.sync();
        ok(send("star", bob.user(), "*", "to all"));
        ok(send("none", bob.user(), "NONE", "to nobody"));
        ok(send("nobody", "@nobody:eu.example", "*", "to nobody"));
        assertThat(bodies(bob.sync())).containsExactly("to all");
        assertThat(bodies(phone.sync())).containsExactly("to all");
        assertThat(bodies(second.sync())).isEmpty();
    }

    @Test
    void moreThanFitIntoOneAnswerComeInOrderEachOnce() {
        bob.sync();
        int count = 2 * Mailboxes.MESSAGES_MAX + 30;
        for (int i = 0; i < count; i++) {
            send("m" + i);
        }
        assertThat(bodies(bob.syncInVain())).hasSize(Mailboxes.MESSAGES_MAX);
        List<String> got = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            var part = bodies(bob.sync());
            assertThat(part.size()).isLessThanOrEqualTo(Mailboxes.MESSAGES_MAX);
            got.addAll(part);
        }
        assertThat(got).hasSize(count).doesNotHaveDuplicates();
        assertThat(got.getFirst()).isEqualTo("m0");
        assertThat(got)
                .isEqualTo(IntStream.range(0, count).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void aRemovedDeviceLeavesNoMessages() {
        bob.sync();
        send("late");
        node.remove(bob.caller);
        assertThat(bodies(bob.sync())).isEmpty();
    }

    @Test
    void badInputIsTold() {
        assertThat(alice.put("/sendToDevice/m.test/a", JsonObject.EMPTY).errcode())
                .isEqualTo("M_MISSING_PARAM");
        assertThat(send("b", "nobody", "D", "x").errcode()).isEqualTo("M_INVALID_PARAM");
        var text = JsonObject.of(bob.user(), JsonObject.of("D", new JsonString("x")));
        assertThat(alice.put("/sendToDevice/m.test/c", JsonObject.of("messages", text))
                        .errcode())
                .isEqualTo("M_BAD_JSON");
        assertThat(send("x".repeat(256), bob.user(), "D", "x").errcode())
                .isEqualTo("M_INVALID_PARAM");
        var many = JsonObject.builder();
        for (int i = 0; i <= ToDevice.TARGETS_MAX; i++) {
            many.put("D" + i, JsonObject.EMPTY);
        }
        var tooMany = JsonObject.of("messages", JsonObject.of(bob.user(), many.build()));
        assertThat(alice.put("/sendToDevice/m.test/d", tooMany).errcode())
                .isEqualTo("M_INVALID_PARAM");
    }
}
