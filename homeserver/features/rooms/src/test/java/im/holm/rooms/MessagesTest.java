package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class MessagesTest extends TwoUsersAndARoom {

    @Test
    void pagesBackwardsGiveAllEventsOnceDownToTheCreation() {
        say(25);
        List<JsonObject> all = pages("b", "", 7);
        assertThat(all.getLast().string("type")).contains("m.room.create");
        assertThat(Reply.bodies(all.reversed())).isEqualTo(expected(0, 25));
        assertThat(ids(all)).doesNotHaveDuplicates();
    }

    @Test
    void pagesForwardsGiveTheSameEventsTheOtherWayRound() {
        say(12);
        assertThat(ids(pages("f", "", 5))).isEqualTo(ids(pages("b", "", 5)).reversed());
    }

    @Test
    void aPageStartsAtASyncsPrevBatchWithoutHoleOrOverlap() {
        say(30);
        ann.startOver();
        Reply sync = ann.sync();
        List<String> timeline = ids(sync.timeline(room));
        String prev =
                Reply.object(sync.joined(room), "timeline").string("prev_batch").orElseThrow();
        List<String> before = ids(pages("b", "&from=" + prev, 8));
        List<String> both = new ArrayList<>(before.reversed());
        both.addAll(timeline);
        assertThat(both).isEqualTo(ids(pages("f", "", 50)));
        Reply forward = Client.ok(ann.get(messages("f", "&from=" + prev + "&limit=50")));
        assertThat(ids(forward.list("chunk"))).isEqualTo(timeline);
    }

    @Test
    void aPageMayStartAndEndAtANextBatch() {
        say(3);
        String since = ann.sync().nextBatch();
        say(2);
        Reply newer = Client.ok(ann.get(messages("f", "&from=" + since)));
        assertThat(newer.list("chunk")).hasSize(2);
        Reply older = Client.ok(ann.get(messages("b", "&limit=3&from=" + since)));
        assertThat(Reply.bodies(older.list("chunk"))).isEqualTo(expected(0, 3).reversed());
        Reply until = Client.ok(ann.get(messages("b", "&limit=50&to=" + since)));
        assertThat(until.list("chunk")).hasSize(2);
        assertThat(until.body().has("end")).isFalse();
    }

    @Test
    void aFilterChoosesEventsAcrossPages() {
        bob.join(room);
        for (int i = 0; i < 30; i++) {
            ann.say(room, "a" + i);
        }
        bob.say(room, "mine");
        ann.say(room, "last");
        String filter = "&filter="
                + Client.encode(
                        "{\"senders\":[\"" + bob.user + "\"],\"types\":[\"m.room.message\"]}");
        Reply reply = Client.ok(ann.get(messages("b", "&limit=5" + filter)));
        assertThat(Reply.bodies(reply.list("chunk"))).containsExactly("mine");
    }

    @Test
    void lazyLoadingAddsTheMembersOfThePagesSenders() {
        bob.join(room);
        bob.say(room, "mine");
        Reply reply = Client.ok(ann.get(
                messages("b", "&limit=1&filter=" + Client.encode("{\"lazy_load_members\":true}"))));
        assertThat(reply.list("state").stream()
                        .map(event -> event.string("state_key").get()))
                .containsExactly(bob.user.toString());
    }

    @Test
    void whoLeftReadsUpToTheirLeaving() {
        bob.join(room);
        ann.say(room, "before");
        bob.leave(room);
        ann.say(room, "after");
        List<JsonObject> events = Client.ok(bob.get(messages("b", "&limit=50"))).list("chunk");
        assertThat(Reply.bodies(events)).containsExactly("before");
        String id =
                ids(Client.ok(ann.get(messages("b", "&limit=1"))).list("chunk")).getFirst();
        assertThat(bob.get(Client.path(room) + "/event/" + Client.encode(id)).status())
                .isEqualTo(404);
        List<JsonObject> forwards =
                Client.ok(bob.get(messages("f", "&limit=50"))).list("chunk");
        assertThat(ids(forwards)).isEqualTo(ids(events).reversed());
    }

    @Test
    void historyBeforeOnesJoinIsHiddenWhereTheRoomSaysSo() {
        ann.setState(room, "m.room.history_visibility", "", "{\"history_visibility\":\"joined\"}");
        String hidden = ann.say(room, "secret");
        bob.join(room);
        ann.say(room, "open");
        assertThat(Reply.bodies(Client.ok(bob.get(messages("b", "&limit=50"))).list("chunk")))
                .containsExactly("open");
        assertThat(bob.get(Client.path(room) + "/event/" + Client.encode(hidden))
                        .status())
                .isEqualTo(404);
        assertThat(bob.get(Client.path(room) + "/context/" + Client.encode(hidden))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void contextGivesWhatLiesAround() {
        say(9);
        List<String> all = ids(pages("f", "", 50));
        String middle = all.get(all.size() - 5);
        Reply context = Client.ok(
                ann.get(Client.path(room) + "/context/" + Client.encode(middle) + "?limit=4"));
        assertThat(context.object("event").string("event_id")).contains(middle);
        assertThat(ids(context.list("events_before")))
                .isEqualTo(all.subList(all.size() - 7, all.size() - 5).reversed());
        assertThat(ids(context.list("events_after")))
                .isEqualTo(all.subList(all.size() - 4, all.size() - 2));
        assertThat(Reply.types(context.list("state"))).contains("m.room.create");
        Reply further = Client.ok(ann.get(messages("f", "&limit=1&from=" + context.string("end"))));
        assertThat(ids(further.list("chunk"))).containsExactly(all.get(all.size() - 2));
        Reply back = Client.ok(ann.get(messages("b", "&limit=1&from=" + context.string("start"))));
        assertThat(ids(back.list("chunk"))).containsExactly(all.get(all.size() - 8));
    }

    @Test
    void strangersReadNothing() {
        String id = ann.say(room, "inside");
        Client eve = node.client("eve");
        Reply reply = eve.get(messages("b", ""));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(eve.get(Client.path("!none:" + node.serverName()) + "/messages?dir=b"))
                .isEqualTo(reply);
        assertThat(eve.get(Client.path(room) + "/event/" + Client.encode(id)).status())
                .isEqualTo(404);
        String other = eve.createRoom("{}");
        assertThat(eve.get(Client.path(other) + "/event/" + Client.encode(id)).status())
                .isEqualTo(404);
    }

    @Test
    void badRequestsAreRefused() {
        assertThat(ann.get(Client.path(room) + "/messages").errcode()).isEqualTo("M_MISSING_PARAM");
        for (String bad : List.of(
                "?dir=x",
                "?dir=b&limit=-1",
                "?dir=b&limit=many",
                "?dir=b&from=nowhere",
                "?dir=b&from=t",
                "?dir=b&from=t1e5",
                "?dir=b&from=t99999999999999999999",
                "?dir=b&to=%00")) {
            assertThat(ann.get(Client.path(room) + "/messages" + bad).errcode())
                    .as(bad)
                    .isEqualTo("M_INVALID_PARAM");
        }
        assertThat(ann.get(messages("b", "&filter=nonsense")).errcode()).isEqualTo("M_NOT_JSON");
        assertThat(ann.get(messages("b", "&filter=" + Client.encode("{\"types\":1}")))
                        .errcode())
                .isEqualTo("M_BAD_JSON");
        assertThat(ann.get(Client.path(room) + "/event/nonsense").errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(Client.ok(ann.get(messages("b", "&limit=1000000"))).list("chunk"))
                .isNotEmpty();
        assertThat(Client.ok(ann.get(messages("b", "&limit=0"))).list("chunk")).isEmpty();
        Client.ok(ann.get(messages("b", "&from=t" + Long.MAX_VALUE)));
        Client.ok(ann.get(messages("f", "&from=t" + Long.MIN_VALUE)));
        Client.ok(ann.get(messages("f", "&from=t" + Long.MAX_VALUE)));
        Client.ok(ann.get(messages("b", "&from=t" + Long.MIN_VALUE)));
    }

    private void say(int count) {
        for (int i = 0; i < count; i++) {
            ann.say(room, "m" + i);
        }
    }

    private static List<String> expected(int from, int to) {
        return java.util.stream.IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    private String messages(String dir, String more) {
        return Client.path(room) + "/messages?dir=" + dir + more;
    }

    private List<JsonObject> pages(String dir, String from, int limit) {
        List<JsonObject> all = new ArrayList<>();
        String at = from;
        while (true) {
            Reply page = Client.ok(ann.get(messages(dir, at + "&limit=" + limit)));
            all.addAll(page.list("chunk"));
            if (!page.body().has("end")) {
                return all;
            }
            at = "&from=" + page.string("end");
            assertThat(all.size()).isLessThan(1000);
        }
    }

    private static List<String> ids(List<JsonObject> events) {
        return events.stream()
                .map(event -> event.string("event_id").orElseThrow())
                .toList();
    }
}
