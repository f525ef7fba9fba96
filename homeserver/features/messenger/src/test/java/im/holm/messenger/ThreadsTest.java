package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.messenger.App.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

class ThreadsTest {

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
    void aOneToOneThreadIsOpenedOnce() {
        App ada = node.app("ada1");
        App bob = node.app("bob1");
        String body = "{\"recipient_id\":\"" + bob.user() + "\"}";
        Reply opened = ada.post("/v1/threads", body);
        assertThat(opened.status()).isEqualTo(201);
        assertThat(opened.text("thread_type")).isEqualTo("ONE_TO_ONE");
        assertThat(opened.text("membership")).isEqualTo("joined");
        Reply again = ada.post("/v1/threads", body);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text("thread_id")).isEqualTo(opened.text("thread_id"));
        Reply seen = bob.get("/v1/threads/" + opened.text("thread_id")).ok();
        assertThat(seen.text("membership")).isEqualTo("invited");
    }

    @Test
    void aThreadThatIsNotWrittenDownIsFoundAgain() {
        App ada = node.app("ada9");
        App bob = node.app("bob9");
        String thread = ada.write(bob.user().toString(), "x").text("thread_id");
        // As after a crash between making the thread and writing it down, and as on the
        // other one's server.
        node.kernel().database().useTransaction(handle -> handle.execute("DELETE FROM one_to_one"));
        assertThat(bob.write(ada.user().toString(), "y").text("thread_id")).isEqualTo(thread);
        assertThat(ada.write(bob.user().toString(), "z").text("thread_id")).isEqualTo(thread);
    }

    @Test
    void aThreadThatBothHaveLeftIsFollowedByANewOne() {
        App ada = node.app("ada2");
        App bob = node.app("bob2");
        String first = ada.write(bob.user().toString(), "x").text("thread_id");
        bob.post("/v1/threads/" + first + "/leave", "").ok();
        assertThat(ada.write(bob.user().toString(), "are you there?").text("thread_id"))
                .as("who declined is invited again")
                .isEqualTo(first);
        assertThat(bob.get("/v1/threads/" + first).ok().text("membership")).isEqualTo("invited");
        ada.post("/v1/threads/" + first + "/leave", "").ok();
        String second = ada.write(bob.user().toString(), "y").text("thread_id");
        assertThat(second).isNotEqualTo(first);
        assertThat(ada.write(bob.user().toString(), "z").text("thread_id")).isEqualTo(second);
    }

    @Test
    void aGroupHasANameAndItsMembersInviteOthers() {
        App ada = node.app("ada3");
        App bob = node.app("bob3");
        App carol = node.app("carol3");
        Reply group = ada.post(
                "/v1/threads", "{\"participant_ids\":[\"" + bob.user() + "\"],\"name\":\"Crew\"}");
        assertThat(group.status()).isEqualTo(201);
        assertThat(group.text("thread_type")).isEqualTo("GROUP");
        assertThat(group.text("name")).isEqualTo("Crew");
        String thread = group.text("thread_id");
        String invite = "{\"user_id\":\"" + carol.user() + "\"}";
        String participants = "/v1/threads/" + thread + "/participants";
        bob.post(participants, invite).isProblem(403, "M_FORBIDDEN");
        Reply joined = bob.post("/v1/threads/" + thread + "/join", "").ok();
        assertThat(joined.text("membership")).isEqualTo("joined");
        bob.post(participants, invite).ok();
        assertThat(carol.get("/v1/threads/" + thread).ok().text("name")).isEqualTo("Crew");
        bob.post(participants, "{\"user_id\":\"@ghost:test.example\"}")
                .isProblem(404, "M_NOT_FOUND");
        bob.post(participants, "{}").isProblem(400, "M_MISSING_PARAM");
    }

    @Test
    void aOneToOneThreadStaysOne() {
        App ada = node.app("ada4");
        String thread = ada.write(node.app("bob4").user().toString(), "x").text("thread_id");
        ada.post(
                        "/v1/threads/" + thread + "/participants",
                        "{\"user_id\":\"" + node.app("carol4").user() + "\"}")
                .isProblem(403, "M_FORBIDDEN");
    }

    @Test
    void whatStrangersMayNotSeeIsNotThere() {
        App ada = node.app("ada5");
        String thread = ada.write(node.app("bob5").user().toString(), "x").text("thread_id");
        App eve = node.app("eve5");
        for (String path : new String[] {"", "/join", "/leave", "/typing", "/read"}) {
            Reply foreign = path.isEmpty()
                    ? eve.get("/v1/threads/" + thread)
                    : eve.post("/v1/threads/" + thread + path, "{}");
            foreign.isProblem(404, "M_NOT_FOUND");
        }
        eve.put("/v1/threads/" + thread + "/settings", "{}").isProblem(404, "M_NOT_FOUND");
        eve.post("/v1/threads/" + thread + "/participants", "{}").isProblem(404, "M_NOT_FOUND");
    }

    @Test
    void aGroupHasItsLimit() {
        String many = IntStream.rangeClosed(0, Threads.GROUP_MAX)
                .mapToObj(i -> "\"@u" + i + ":test.example\"")
                .collect(Collectors.joining(","));
        node.app("ada6")
                .post("/v1/threads", "{\"participant_ids\":[" + many + "]}")
                .isProblem(400, "M_INVALID_PARAM");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":\"@x:y\",\"participant_ids\":[]} | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":\"@x:y\",\"name\":\"n\"} | 400 | M_INVALID_PARAM",
                "{\"recipient_id\":7} | 400 | M_BAD_JSON",
                "{\"participant_ids\":[7]} | 400 | M_BAD_JSON",
                "{\"participant_ids\":[\"x\"]} | 400 | M_INVALID_PARAM",
                "{\"participant_ids\":[\"@ghost:test.example\"]} | 404 | M_NOT_FOUND",
                "{\"participant_ids\":[],\"name\":7} | 400 | M_BAD_JSON",
            })
    void aWrongThreadIsTold(String body, int status, String errcode) {
        node.app("ada7").post("/v1/threads", body).isProblem(status, errcode);
    }

    @Test
    void typingNeedsToBeSaid() {
        App ada = node.app("ada8");
        String thread = ada.write(node.app("bob8").user().toString(), "x").text("thread_id");
        String path = "/v1/threads/" + thread + "/typing";
        ada.post(path, "{\"is_typing\":true}").ok();
        ada.post(path, "{}").isProblem(400, "M_MISSING_PARAM");
        ada.post(path, "{\"is_typing\":\"yes\"}").isProblem(400, "M_BAD_JSON");
    }
}
