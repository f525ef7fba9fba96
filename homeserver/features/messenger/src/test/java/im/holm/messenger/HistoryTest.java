package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomCommands.SendEvent;
import im.holm.messenger.App.Reply;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

class HistoryTest {

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
    void aThreadIsReadPageByPageInBothDirections() {
        App ada = node.app("ada1");
        String thread = ada.write(node.app("bob1").user().toString(), "0").text("thread_id");
        IntStream.range(1, 10).forEach(i -> ada.write(thread, Integer.toString(i)));
        String path = "/v1/threads/" + thread + "/messages?limit=4";

        Reply newest = ada.get(path).ok();
        assertThat(texts(newest)).containsExactly("9", "8", "7", "6");
        Reply older = ada.get(path + "&before=" + next(newest)).ok();
        assertThat(texts(older)).containsExactly("5", "4", "3", "2");
        List<String> rest = new ArrayList<>();
        Optional<String> next = Optional.of(next(older));
        for (int page = 0; next.isPresent() && page < 10; page++) {
            Reply more = ada.get(path + "&before=" + next.get()).ok();
            rest.addAll(texts(more));
            next = paging(more, "next");
        }
        assertThat(rest).containsExactly("1", "0");
        assertThat(next).isEmpty();

        String five = older.list("messages").getFirst().string("message_id").orElseThrow();
        Reply after = ada.get("/v1/threads/" + thread + "/messages?limit=2&after=" + five)
                .ok();
        assertThat(texts(after)).containsExactly("7", "6");
        Reply last = ada.get(path + "&after=" + paging(after, "previous").orElseThrow());
        assertThat(texts(last)).containsExactly("9", "8");
        assertThat(newest.list("participants"))
                .extracting(person -> person.string("name").orElseThrow())
                .containsExactlyInAnyOrder("Ada1", "bob1");
    }

    @Test
    void messagesSortByTheirKeyAsTheyFollowedEachOther() {
        App ada = node.app("ada2");
        String thread = ada.write(node.app("bob2").user().toString(), "0").text("thread_id");
        IntStream.range(1, 12).forEach(i -> ada.write(thread, Integer.toString(i)));
        List<JsonObject> messages =
                new ArrayList<>(ada.get("/v1/threads/" + thread + "/messages").list("messages"));
        messages.sort(Comparator.comparing(message -> message.string("sort_key").orElseThrow()));
        assertThat(messages)
                .extracting(message -> message.string("text").orElseThrow())
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
    }

    @Test
    void whatAMatrixClientWritesIsThere() {
        App ada = node.app("ada3");
        App bob = node.app("bob3");
        String thread = ada.write(bob.user().toString(), "first").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        EventId image = node.sendMatrix(
                bob.user(),
                thread,
                "m.room.message",
                "{\"msgtype\":\"m.image\",\"body\":\"c.png\",\"url\":\"mxc://us/c\"}");
        node.sendMatrix(
                bob.user(),
                thread,
                "m.room.message",
                "{\"msgtype\":\"m.text\",\"body\":\"nice\",\"m.relates_to\":"
                        + "{\"m.in_reply_to\":{\"event_id\":\"" + image + "\"}}}");
        node.sendMatrix(bob.user(), thread, "m.room.encrypted", "{\"ciphertext\":\"x\"}");
        node.sendMatrix(bob.user(), thread, "m.reaction", "{}");
        node.sendMatrix(bob.user(), thread, "m.room.message", "{\"body\":7}");

        List<JsonObject> messages =
                ada.get("/v1/threads/" + thread + "/messages").ok().list("messages");
        assertThat(messages).hasSize(5);
        assertThat(messages.get(0).string("text")).isEmpty();
        assertThat(messages.get(1).bool("is_encrypted")).contains(true);
        assertThat(messages.get(2).string("text")).contains("nice");
        assertThat(messages.get(2).string("replied_to")).contains("mid." + image);
        assertThat(messages.get(3).array("attachments").orElseThrow())
                .hasToString("[{\"name\":\"c.png\",\"type\":\"image\",\"url\":\"mxc://us/c\"}]");
        assertThat(messages.get(3).object("sender").orElseThrow())
                .hasToString("{\"id\":\"@bob3:test.example\",\"name\":\"Bob3\","
                        + "\"profile_pic\":null}");
    }

    @Test
    void anUnsentMessageLeavesATombstone() {
        App ada = node.app("ada4");
        Reply sent = ada.write(node.app("bob4").user().toString(), "oops");
        String thread = sent.text("thread_id");
        var event = MessageId.parse(sent.text("message_id")).orElseThrow().event();
        node.kernel()
                .commands()
                .send(new SendEvent(
                        ThreadId.parse(thread).orElseThrow().room(),
                        ada.user(),
                        "m.room.redaction",
                        Optional.empty(),
                        JsonObject.EMPTY,
                        Optional.of(event),
                        Optional.empty(),
                        OptionalLong.empty()));
        JsonObject shown =
                ada.get("/v1/threads/" + thread + "/messages").list("messages").getFirst();
        assertThat(shown.bool("is_unsent")).contains(true);
        assertThat(shown.string("text")).isEmpty();
        assertThat(shown.string("message_id")).contains(sent.text("message_id"));
    }

    @Test
    void whoIsInvitedReadsNothingAndAfterJoiningEverything() {
        App ada = node.app("ada5");
        App bob = node.app("bob5");
        String thread = ada.write(bob.user().toString(), "secret?").text("thread_id");
        String path = "/v1/threads/" + thread + "/messages";
        bob.get(path).isProblem(403, "M_FORBIDDEN");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        assertThat(texts(bob.get(path).ok())).containsExactly("secret?");
        bob.post("/v1/threads/" + thread + "/leave", "").ok();
        bob.get(path).isProblem(404, "M_NOT_FOUND");
    }

    @Test
    void anUnknownThreadAndAForeignOneAreTheSame() {
        String thread =
                node.app("ada6").write(node.app("bob6").user().toString(), "x").text("thread_id");
        App eve = node.app("eve6");
        Reply foreign = eve.get("/v1/threads/" + thread + "/messages");
        Reply unknown = eve.get("/v1/threads/t_YWJjOmQ/messages");
        foreign.isProblem(404, "M_NOT_FOUND");
        assertThat(foreign.body()).isEqualTo(unknown.body());
        assertThat(eve.get("/v1/threads/%00/messages").body()).isEqualTo(unknown.body());
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, M_INVALID_PARAM",
        "limit=-1, M_INVALID_PARAM",
        "limit=many, M_INVALID_PARAM",
        "limit=99999999999999999999, M_INVALID_PARAM",
        "before=nonsense, M_INVALID_PARAM",
        "before=mid.$a&after=mid.$b, M_INVALID_PARAM",
        "before=mid.$unknown, M_NOT_FOUND",
        "after=mid.$unknown, M_NOT_FOUND",
    })
    void aWrongQueryIsTold(String query, String errcode) {
        App ada = node.app("ada7");
        String thread = ada.write(node.app("bob7").user().toString(), "x").text("thread_id");
        Reply reply = ada.get("/v1/threads/" + thread + "/messages?" + query);
        reply.isProblem(errcode.equals("M_NOT_FOUND") ? 404 : 400, errcode);
    }

    @Test
    void aMessageOfAnotherThreadIsNoPlaceToReadFrom() {
        App ada = node.app("ada8");
        Reply one = ada.write(node.app("bob8").user().toString(), "x");
        Reply other = ada.write(node.app("carol8").user().toString(), "y");
        ada.get("/v1/threads/" + one.text("thread_id") + "/messages?before="
                        + other.text("message_id"))
                .isProblem(404, "M_NOT_FOUND");
    }

    private static List<String> texts(Reply page) {
        return page.list("messages").stream()
                .map(message -> message.string("text").orElseThrow())
                .toList();
    }

    private static String next(Reply page) {
        return paging(page, "next").orElseThrow();
    }

    private static Optional<String> paging(Reply page, String key) {
        return page.body().object("paging").flatMap(paging -> paging.string(key));
    }
}
