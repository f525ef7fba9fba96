package im.holm.store;

import static im.holm.store.AppendSketch.ALICE;
import static im.holm.store.AppendSketch.eventId;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomAppend.EventUpdate;
import im.holm.engine.core.RoomHead;
import im.holm.engine.port.RoomStore.SetAside;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.store.AppendSketch.EventSketch;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What can be read of a room, and what follows from its events by itself.
class RoomReadsTest {
    private static final UserId BOB = UserId.of("@bob:here.example");
    private static final UserId CAROL = UserId.of("@carol:far.example");

    @TempDir
    static Path dataDir;

    private static RoomFixture fixture;

    private long nid;

    @BeforeAll
    static void open() {
        fixture = new RoomFixture(dataDir);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void newRoom() {
        nid = fixture.rooms.newRoomNid();
    }

    @Test
    void theTimelineIsReadBothWaysWithoutItsStart() {
        var sketch = AppendSketch.newRoom(nid);
        for (int i = 1; i <= 5; i++) {
            sketch.message("m" + i);
        }
        sketch.add(new EventSketch("m.room.message", "{}"));
        fixture.committed(sketch);
        long third = 3 * RoomHead.TL_STEP;

        assertThat(numbers(fixture.rooms.timeline(nid, third, true, 10))).containsExactly(2, 1);
        assertThat(numbers(fixture.rooms.timeline(nid, third, false, 10))).containsExactly(4, 5);
        assertThat(numbers(fixture.rooms.timeline(nid, Long.MAX_VALUE, true, 2)))
                .containsExactly(5, 4);
        assertThat(numbers(fixture.rooms.timeline(nid, Long.MIN_VALUE, false, 2)))
                .containsExactly(1, 2);
        assertThat(fixture.rooms.timeline(nid + 1_000_000, third, true, 10)).isEmpty();
    }

    @Test
    void liveEventsAreThoseBetweenTwoCuts() {
        var sketch = AppendSketch.newRoom(nid);
        for (int i = 1; i <= 200; i++) {
            sketch.message("m" + i);
        }
        long[] positions = fixture.committed(sketch);

        assertThat(numbers(fixture.rooms.live(nid, positions[9], positions[12], 10)))
                .containsExactly(13, 12, 11);
        assertThat(numbers(fixture.rooms.live(nid, 0, positions[199], 3)))
                .containsExactly(200, 199, 198);
        assertThat(fixture.rooms.live(nid, 0, positions[199], 1_000)).hasSize(200);
        assertThat(fixture.rooms.live(nid, positions[199], positions[199] + 1_000_000, 10))
                .isEmpty();
        assertThat(fixture.rooms.live(nid, 0, positions[0] - 256, 10)).isEmpty();
    }

    @Test
    void anEventThatWasFilledInLaterIsNotLive() {
        var sketch = AppendSketch.newRoom(nid).message("one").message("two").message("three");
        long[] positions = fixture.committed(sketch);
        var filled = new EventSketch("m.room.message", "{}");
        filled.tl = RoomHead.TL_STEP + 1024;
        fixture.committed(sketch.next().add(filled));

        assertThat(numbers(fixture.rooms.live(nid, 0, positions[2], 10))).containsExactly(3, 2, 1);
        assertThat(numbers(fixture.rooms.timeline(nid, Long.MAX_VALUE, true, 10)))
                .containsExactly(3, 2, 4, 1);
    }

    @Test
    void eventsAreFoundByNumberAndById() {
        var sketch = AppendSketch.newRoom(nid).message("one").message("two");
        var old = new EventSketch("m.room.message", "{}");
        old.eventId = EventId.of("$opaque:old.example");
        sketch.live(old);
        fixture.committed(sketch);
        var first = sketch.events.getFirst().eventId();

        assertThat(numbers(fixture.rooms.events(nid, new int[] {2, 9, 1}))).containsExactly(2, 1);
        assertThat(fixture.rooms.events(nid, List.of(first, old.eventId, eventId("unknown"))))
                .containsOnlyKeys(first, old.eventId);
        assertThat(fixture.rooms.events(nid, List.of())).isEmpty();
        assertThat(fixture.rooms.events(nid, new int[0])).isEmpty();
        assertThat(fixture.rooms.locate(old.eventId))
                .hasValueSatisfying(at -> assertThat(at.roomNid()).isEqualTo(nid));
        assertThat(fixture.rooms.locate(eventId("unknown"))).isEmpty();
        assertThat(fixture.rooms.room(RoomId.of("!unknown:here.example"))).isEmpty();
    }

    @Test
    void childrenAreFoundByTheirEdges() {
        var child = new EventSketch("m.room.message", "{}");
        child.prev = new int[] {1, 2};
        fixture.committed(
                AppendSketch.newRoom(nid).message("one").message("two").live(child));

        assertThat(numbers(fixture.rooms.childrenOf(nid, new int[] {2}, 10))).containsExactly(3);
        assertThat(fixture.rooms.childrenOf(nid, new int[] {3}, 10)).isEmpty();
        assertThat(fixture.rooms.childrenOf(nid, new int[0], 10)).isEmpty();
    }

    @Test
    void whoIsNamedAndHereIsMentioned() {
        var sketch = AppendSketch.newRoom(nid)
                .member(ALICE, Membership.JOIN)
                .member(BOB, Membership.JOIN)
                .member(CAROL, Membership.JOIN);
        fixture.committed(sketch);
        var loud = new EventSketch("m.room.message", """
                {"content":{"body":"all","m.mentions":{"user_ids":["@bob:here.example",
                "@carol:far.example","@alice:here.example","@nobody:here.example","no id"]}}}
                """);
        loud.relation = Optional.of(new EventRow.Relation((short) 3, 1));
        var strange = new EventSketch(
                "m.room.message", "{\"content\":{\"m.mentions\":{\"user_ids\":[1,2]}}}");
        fixture.committed(sketch.next().live(loud).live(strange));

        long bob = fixture.identities.userNid(BOB);
        assertThat(fixture.count("mention WHERE room_nid = " + nid)).isEqualTo(1);
        assertThat(fixture.count("mention WHERE ev = 4 AND thread_ev = 1 AND user_nid = " + bob))
                .isEqualTo(1);
    }

    @Test
    void theSummaryFollowsTheStateItShows() {
        var sketch = AppendSketch.newRoom(nid)
                .state("m.room.create", "", "{\"type\":\"m.space\"}")
                .member(ALICE, Membership.JOIN)
                .member(BOB, Membership.INVITE);
        fixture.committed(sketch);
        assertThat(summary("room_type")).isEqualTo("m.space");
        assertThat(summary("name")).isNull();
        assertThat(summary("cardinality(heroes)")).isEqualTo("2");

        var named = sketch.next()
                .state("m.room.name", "", "{\"name\":\"Holm\"}")
                .state("m.room.topic", "", "{\"topic\":7}");
        fixture.committed(named);
        assertThat(summary("name")).isEqualTo("Holm");
        assertThat(summary("topic")).isNull();
        assertThat(summary("cardinality(heroes)")).isEqualTo("0");

        var redaction = named.next().message("redaction");
        var pruned = new EventSketch("m.room.name", "{\"content\":{}}");
        pruned.stateKey = Optional.of("");
        pruned.eventId = named.events.getFirst().eventId();
        pruned.tl = named.events.getFirst().tl();
        redaction.updates.add(new EventUpdate(pruned.row(sketch.room, 4), Optional.empty()));
        fixture.committed(redaction);
        assertThat(summary("name")).isNull();
        assertThat(summary("cardinality(heroes)")).isEqualTo("2");
    }

    @Test
    void pdusAreSetAsideUntilTheyAreDropped() {
        var origin = ServerName.of("far.example");
        var first = new SetAside(origin, eventId("first"), nid, 20, bytes("{\"a\":1}"));
        var second = new SetAside(origin, eventId("second"), nid, 10, bytes("{}"));
        fixture.rooms.setAside(first);
        fixture.rooms.setAside(second);
        fixture.rooms.setAside(new SetAside(origin, eventId("first"), nid, 99, bytes("[]")));

        assertThat(fixture.rooms.setAside(10))
                .usingRecursiveComparison()
                .isEqualTo(List.of(second, first));
        assertThat(fixture.rooms.setAside(1)).hasSize(1);

        fixture.rooms.dropSetAside(origin, eventId("second"));
        fixture.rooms.dropSetAside(origin, eventId("first"));
        assertThat(fixture.rooms.setAside(10)).isEmpty();
    }

    private String summary(String column) {
        return fixture.database
                .read(handle -> Sql.list(
                        handle,
                        row -> row.getString("shown"),
                        "SELECT " + column + " AS shown FROM room_summary WHERE room_nid = ?",
                        nid))
                .getFirst();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int[] numbers(List<EventRow> rows) {
        return rows.stream().mapToInt(EventRow::ev).toArray();
    }
}
