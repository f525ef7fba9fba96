package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.StoredEvent;
import im.holm.messenger.App.Reply;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

class MessagesTest {

    private static MessengerNode node;

    @BeforeAll
    static void start() {
        node = MessengerNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aMessageToSomebodyOpensTheThreadOfBoth() {
        App ada = node.app("ada1");
        App bob = node.app("bob1");
        Reply sent = ada.write(bob.user().toString(), "Hello!");
        assertThat(sent.status()).isEqualTo(200);
        assertThat(sent.text("message_id")).startsWith("mid.$");
        assertThat(sent.text("thread_id")).startsWith("t_");
        assertThat(sent.text("status")).isEqualTo("sent");
        assertThat(sent.body().integer("timestamp").orElse(0)).isPositive();

        String thread = sent.text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        Reply answer = bob.write(ada.user().toString(), "Hello too");
        assertThat(answer.text("thread_id")).isEqualTo(thread);
        assertThat(ada.get("/v1/threads/" + thread + "/messages").list("messages"))
                .extracting(message -> message.string("text").orElseThrow())
                .containsExactly("Hello too", "Hello!");
    }

    @Test
    void writingToAThreadAcceptsItsInvitation() {
        App ada = node.app("ada2");
        App bob = node.app("bob2");
        String thread = ada.write(bob.user().toString(), "Hello!").text("thread_id");
        assertThat(bob.write(thread, "Yes?").text("thread_id")).isEqualTo(thread);
        App carol = node.app("carol2");
        String other = ada.write(carol.user().toString(), "And you?").text("thread_id");
        assertThat(carol.write(ada.user().toString(), "Fine").text("thread_id")).isEqualTo(other);
    }

    @Test
    void manyFirstMessagesAtOnceShareOneThread() throws Exception {
        App ada = node.app("ada3");
        App bob = node.app("bob3");
        Callable<Reply> toBob = () -> ada.write(bob.user().toString(), "x");
        Callable<Reply> toAda = () -> bob.write(ada.user().toString(), "y");
        Set<String> threads = new HashSet<>();
        try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = Stream.of(toBob, toAda, toBob, toAda, toBob, toAda).toList();
            for (var reply : together.invokeAll(calls)) {
                threads.add(reply.get().text("thread_id"));
            }
        }
        assertThat(threads).hasSize(1);
    }

    @Test
    void theSameClientKeyAnswersWithTheFirstMessage() {
        App ada = node.app("ada4");
        App bob = node.app("bob4");
        String body = "{\"recipient_id\":\"" + bob.user()
                + "\",\"text\":\"once\",\"client_message_id\":\"k\"}";
        Reply first = ada.post("/v1/messages", body).ok();
        Reply again = ada.post("/v1/messages", body).ok();
        assertThat(again.body()).isEqualTo(first.body());
        Reply otherDevice = node.app("ada4").post("/v1/messages", body).ok();
        assertThat(otherDevice.text("message_id")).isNotEqualTo(first.text("message_id"));
        var mine =
                ada.get("/v1/threads/" + first.text("thread_id") + "/messages").list("messages");
        assertThat(mine).hasSize(2);
        assertThat(mine)
                .filteredOn(message -> message.has("client_message_id"))
                .singleElement()
                .satisfies(message -> assertThat(message.string("message_id"))
                        .contains(first.text("message_id")));
    }

    @Test
    void theSameClientKeySentManyTimesAtOnceIsOneMessage() throws Exception {
        App ada = node.app("ada10");
        String thread = ada.write(node.app("bob10").user().toString(), "x").text("thread_id");
        Callable<Reply> send = () -> ada.post(
                "/v1/messages",
                "{\"thread_id\":\"" + thread + "\",\"text\":\"y\",\"client_message_id\":\"k\"}");
        Set<String> ids = new HashSet<>();
        try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var reply : together.invokeAll(Collections.nCopies(8, send))) {
                ids.add(reply.get().ok().text("message_id"));
            }
        }
        assertThat(ids).hasSize(1);
        assertThat(ada.get("/v1/threads/" + thread + "/messages").list("messages"))
                .hasSize(2);
    }

    @Test
    void aReplyAnAttachmentAndAForwardAreWhatMatrixClientsKnow() {
        App ada = node.app("ada5");
        App bob = node.app("bob5");
        Reply first = ada.write(bob.user().toString(), "Look:");
        String body = "{\"thread_id\":\"" + first.text("thread_id") + "\",\"text\":\"a cat\","
                + "\"attachments\":[{\"type\":\"image\",\"url\":\"https://cdn.example/c.png\","
                + "\"width\":19,\"height\":10}],\"reply_to_message_id\":\""
                + first.text("message_id") + "\",\"is_forwarded\":true}";
        Reply second = ada.post("/v1/messages", body).ok();
        JsonObject content = stored(second).content();
        assertThat(content.string("msgtype")).contains("m.image");
        assertThat(content.string("body")).contains("a cat");
        assertThat(content.object("m.relates_to")
                        .flatMap(r -> r.object("m.in_reply_to"))
                        .flatMap(r -> r.string("event_id")))
                .contains(first.text("message_id").substring("mid.".length()));
        JsonObject shown = ada.get("/v1/threads/" + first.text("thread_id") + "/messages")
                .list("messages")
                .getFirst();
        assertThat(shown.string("replied_to")).contains(first.text("message_id"));
        assertThat(shown.bool("is_forwarded")).contains(true);
        assertThat(shown.array("attachments").orElseThrow())
                .hasToString("[{\"height\":10,\"name\":\"image\",\"type\":\"image\","
                        + "\"url\":\"https://cdn.example/c.png\",\"width\":19}]");
    }

    @Test
    void aReplyHasToBeToAMessageOfTheThread() {
        App ada = node.app("ada6");
        Reply there = ada.write(node.app("bob6").user().toString(), "x");
        Reply here = ada.write(node.app("carol6").user().toString(), "y");
        ada.post(
                        "/v1/messages",
                        "{\"thread_id\":\"" + here.text("thread_id")
                                + "\",\"text\":\"z\",\"reply_to_message_id\":\""
                                + there.text("message_id") + "\"}")
                .isProblem(404, "M_NOT_FOUND");
    }

    @Test
    void anUnknownThreadAndAForeignOneAreTheSame() {
        App ada = node.app("ada7");
        String thread = ada.write(node.app("bob7").user().toString(), "x").text("thread_id");
        App eve = node.app("eve7");
        Reply foreign =
                eve.post("/v1/messages", "{\"thread_id\":\"" + thread + "\",\"text\":\"hi\"}");
        Reply unknown = eve.post("/v1/messages", "{\"thread_id\":\"t_YWJjOmQ\",\"text\":\"hi\"}");
        foreign.isProblem(404, "M_NOT_FOUND");
        assertThat(foreign.body()).isEqualTo(unknown.body());
        eve.post("/v1/messages", "{\"thread_id\":\"nonsense\",\"text\":\"hi\"}")
                .isProblem(404, "M_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 | M_INVALID_PARAM",
                "[] | 400 | M_BAD_JSON",
                "nonsense | 400 | M_NOT_JSON",
                "{\"recipient_id\":\"@x:test.example\"} | 400 | M_MISSING_PARAM",
                "{\"recipient_id\":\"@x:test.example\",\"text\":\"\"} | 400 | M_MISSING_PARAM",
                "{\"recipient_id\":\"@x:test.example\",\"text\":7} | 400 | M_BAD_JSON",
                "{\"recipient_id\":\"x\",\"text\":\"a\"} | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":7,\"text\":\"a\"} | 400 | M_BAD_JSON",
                "{\"recipient_id\":\"@x:y\",\"thread_id\":\"t_\",\"text\":\"a\"}"
                        + " | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":\"@x:test.example\",\"text\":\"a\"} | 404 | M_NOT_FOUND",
                "{\"recipient_id\":\"@ada8:test.example\",\"text\":\"a\"}"
                        + " | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":\"@x:y\",\"attachments\":[{}]} | 400 | M_MISSING_PARAM",
                "{\"recipient_id\":\"@x:y\",\"attachments\":[{\"type\":\"image\","
                        + "\"url\":\"file:///etc/passwd\"}]} | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":\"@x:y\",\"attachments\":7} | 400 | M_BAD_JSON",
                "{\"recipient_id\":\"@x:y\",\"text\":\"a\",\"reply_to_message_id\":\"x\"}"
                        + " | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":\"@x:y\",\"text\":\"a\",\"client_message_id\":\"\"}"
                        + " | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":\"@x:y\",\"text\":\"a\",\"is_forwarded\":\"no\"}"
                        + " | 400 | M_BAD_JSON",
            })
    void aWrongMessageIsTold(String body, int status, String errcode) {
        node.app("ada8").post("/v1/messages", body).isProblem(status, errcode);
    }

    @Test
    void textsAndAttachmentsHaveLimits() {
        App ada = node.app("ada9");
        String to = "{\"recipient_id\":\"" + node.app("bob9").user() + "\",";
        String text = "x".repeat(Messages.TEXT_LIMIT_BYTES);
        ada.post("/v1/messages", to + "\"text\":\"" + text + "\"}").ok();
        ada.post("/v1/messages", to + "\"text\":\"" + text + "x\"}").isProblem(413, "M_TOO_LARGE");
        String file = "{\"type\":\"file\",\"url\":\"mxc://test.example/f\"}";
        ada.post("/v1/messages", to + "\"attachments\":[" + file + (("," + file).repeat(10)) + "]}")
                .isProblem(400, "M_INVALID_PARAM");
        ada.post("/v1/messages", "x".repeat(2 << 20)).isProblem(413, "M_TOO_LARGE");
    }

    @Test
    void withoutAValidTokenNothingIsSent() {
        node.appWithToken("nonsense")
                .post("/v1/messages", "{\"recipient_id\":\"@x:y\",\"text\":\"a\"}")
                .isProblem(401, "M_UNKNOWN_TOKEN");
    }

    @Test
    void whoSendsTooFastIsToldWhenToComeAgain() {
        try (var limited = MessengerNode.start(plan -> plan.with("HOLM_RATE_LIMITS", "true"))) {
            App ada = limited.app("ada");
            Reply reply = null;
            for (int i = 0; i < 2_000 && (reply == null || reply.status() != 429); i++) {
                reply = ada.post("/v1/messages", "{\"thread_id\":\"t_x\",\"text\":\"a\"}");
            }
            reply.isProblem(429, "M_LIMIT_EXCEEDED");
            assertThat(reply.body().integer("retry_after_ms").orElse(0)).isPositive();
        }
    }

    private static StoredEvent stored(Reply sent) {
        var room = ThreadId.parse(sent.text("thread_id")).orElseThrow().room();
        var event = MessageId.parse(sent.text("message_id")).orElseThrow().event();
        return node.kernel().rooms().room(room).orElseThrow().event(event).orElseThrow();
    }
}
