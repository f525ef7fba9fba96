package im.holm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.core.EventRow;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

class SortKeyTest {

    @Test
    void depthComesBeforeTimeAndTimeBeforeTheId() {
        assertThat(key(event("$b", 2, 9, 1), Map.of(1, 1L)))
                .isLessThan(key(event("$a", 10, 1, 2), Map.of(2, 9L)));
        assertThat(key(event("$b", 5, 9, 1), Map.of(1, 4L)))
                .isLessThan(key(event("$a", 5, 10, 1), Map.of(1, 4L)));
        assertThat(key(event("$a", 5, 9, 1), Map.of(1, 4L)))
                .isLessThan(key(event("$b", 5, 9, 1), Map.of(1, 4L)));
    }

    @Test
    void aDepthThatJumpsPastItsParentsCountsAsTheNextOne() {
        assertThat(key(event("$a", 1_000_000, 9, 1), Map.of(1, 4L)))
                .isEqualTo(key(event("$a", 5, 9, 1), Map.of(1, 4L)));
    }

    @Test
    void whileAParentIsMissingTheDepthIsBelieved() {
        EventRow orphan = new EventRow(
                3,
                EventId.of("$a"),
                0,
                0,
                0,
                EventRow.NO_FACT,
                "m.room.message",
                Optional.empty(),
                UserId.of("@a:x"),
                70,
                9,
                new int[] {1},
                new int[0],
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                json("$1", "$lost"));
        assertThat(key(orphan, Map.of(1, 4L)))
                .isEqualTo(key(event("$a", 70, 9, 1), Map.of(1, 69L)));
    }

    private static String key(EventRow event, Map<Integer, Long> depths) {
        return SortKey.of(event, depths);
    }

    private static EventRow event(String id, long depth, long ts, int parent) {
        return new EventRow(
                2,
                EventId.of(id),
                0,
                0,
                0,
                EventRow.NO_FACT,
                "m.room.message",
                Optional.empty(),
                UserId.of("@a:x"),
                depth,
                ts,
                new int[] {parent},
                new int[0],
                0,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                json("$1"));
    }

    private static byte[] json(String... parents) {
        return ("{\"prev_events\":[\"" + String.join("\",\"", parents) + "\"]}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
