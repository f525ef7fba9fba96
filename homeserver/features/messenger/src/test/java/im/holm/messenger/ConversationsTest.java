package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.messenger.App.Reply;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class ConversationsTest {

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
    void aConversationHasTheFieldsOfTheDocument() {
        App ada = node.app("ada1");
        App bob = node.app("bob1");
        Reply sent = ada.write(bob.user().toString(), "See you tomorrow");
        String thread = sent.text("thread_id");
        assertThat(ada.get("/v1/conversations").ok().list("conversations"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.string("thread_id")).contains(thread);
                    assertThat(one.string("thread_type")).contains("ONE_TO_ONE");
                    assertThat(one.array("participants").orElseThrow().size()).isEqualTo(2);
                    assertThat(one.object("last_message").orElseThrow())
                            .hasToString("{\"message_id\":\"" + sent.text("message_id")
                                    + "\",\"sender_id\":\"@ada1:test.example\","
                                    + "\"text\":\"See you tomorrow\",\"timestamp\":"
                                    + sent.body().integer("timestamp").orElseThrow() + "}");
                    assertThat(one.integer("unread_count")).hasValue(0);
                    assertThat(one.bool("muted")).contains(false);
                    assertThat(one.bool("archived")).contains(false);
                });
    }

    @Test
    void anInvitationIsListedWithoutAnythingOfTheThread() {
        App ada = node.app("ada2");
        App bob = node.app("bob2");
        ada.write(bob.user().toString(), "secret");
        assertThat(bob.get("/v1/conversations").ok().list("conversations"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.string("membership")).contains("invited");
                    assertThat(one.string("invited_by")).contains("@ada2:test.example");
                    assertThat(one.string("thread_type")).contains("ONE_TO_ONE");
                    assertThat(one.object("last_message")).isEmpty();
                    assertThat(one.toString()).doesNotContain("secret");
                });
    }

    @Test
    void theLatestComesFirstAndPagesFollowEachOther() {
        App ada = node.app("ada3");
        List<String> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            threads.addFirst(
                    ada.write(node.app("bob3x" + i).user().toString(), "x").text("thread_id"));
        }
        String oldest = threads.removeLast();
        ada.write(oldest, "again");
        threads.addFirst(oldest);

        List<String> listed = new ArrayList<>();
        Optional<String> next = Optional.of("");
        for (int page = 0; next.isPresent() && page < 10; page++) {
            Reply reply = ada.get("/v1/conversations?limit=2"
                            + (next.get().isEmpty() ? "" : "&before=" + next.get()))
                    .ok();
            assertThat(reply.list("conversations")).hasSizeLessThanOrEqualTo(2);
            listed.addAll(ids(reply));
            next = reply.body().object("paging").flatMap(paging -> paging.string("next"));
        }
        assertThat(listed).isEqualTo(threads);
        assertThat(ids(ada.get("/v1/conversations?before=1000").ok())).isEmpty();
    }

    @Test
    void filtersKeepTheUnreadTheGroupsAndTheArchived() {
        App ada = node.app("ada4");
        App bob = node.app("bob4");
        String direct = ada.write(bob.user().toString(), "x").text("thread_id");
        String group = ada.post(
                        "/v1/threads",
                        "{\"participant_ids\":[\"" + bob.user() + "\"],\"name\":\"Crew\"}")
                .ok()
                .text("thread_id");
        bob.write(direct, "new");
        assertThat(ids(ada.get("/v1/conversations?filter=unread").ok())).containsExactly(direct);
        assertThat(ids(ada.get("/v1/conversations?filter=groups").ok())).containsExactly(group);
        assertThat(ids(ada.get("/v1/conversations?filter=archived").ok())).isEmpty();

        JsonObject set = ada.put("/v1/threads/" + direct + "/settings", "{\"archived\":true}")
                .ok()
                .body();
        assertThat(set).hasToString("{\"archived\":true,\"muted\":false}");
        assertThat(ids(ada.get("/v1/conversations").ok())).containsExactly(group);
        assertThat(ids(ada.get("/v1/conversations?filter=archived").ok())).containsExactly(direct);
        assertThat(ids(bob.get("/v1/conversations").ok()))
                .as("a setting is its user's own")
                .contains(direct);
    }

    @Test
    void whatIsReadIsNotUnread() {
        App ada = node.app("ada5");
        App bob = node.app("bob5");
        String thread = ada.write(bob.user().toString(), "1").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        Reply second = ada.write(thread, "2");
        ada.write(thread, "3");
        assertThat(unread(bob)).isEqualTo(3);
        bob.post(
                        "/v1/threads/" + thread + "/read",
                        "{\"message_id\":\"" + second.text("message_id") + "\"}")
                .ok();
        assertThat(unread(bob)).isEqualTo(1);
        assertThat(unread(ada)).isZero();
        bob.post("/v1/threads/" + thread + "/read", "{\"message_id\":\"mid.$unknown\"}")
                .isProblem(404, "M_NOT_FOUND");
        bob.post("/v1/threads/" + thread + "/read", "{}").isProblem(400, "M_MISSING_PARAM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=x", "before=x", "before=-1", "before=1-x", "filter=all"})
    void aWrongQueryIsTold(String query) {
        node.app("ada6").get("/v1/conversations?" + query).isProblem(400, "M_INVALID_PARAM");
    }

    private static long unread(App app) {
        return app.get("/v1/conversations")
                .ok()
                .list("conversations")
                .getFirst()
                .integer("unread_count")
                .orElseThrow();
    }

    private static List<String> ids(Reply reply) {
        return reply.list("conversations").stream()
                .map(one -> one.string("thread_id").orElseThrow())
                .toList();
    }
}
