package im.holm.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.state.StateMap;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class SnapshotTest {

    private static final RoomId ROOM = RoomId.of("!room:example.org");

    private static StateKey key(int i) {
        return new StateKey("m.type", "" + i);
    }

    @Test
    void aSnapshotIsRebuiltFromFewRowsHoweverLongTheHistory() {
        var random = new Random(7);
        Map<Integer, SnapshotRow> rows = new HashMap<>();
        Map<Integer, StateKey> keys = new HashMap<>();
        Snapshot now = Snapshot.EMPTY;
        for (int ev = 1; ev <= 2_000; ev++) {
            StateKey key = key(random.nextInt(400));
            keys.put(ev, key);
            StateMap map = now.map().put(key, ev);
            Snapshot.Made made = now.next(ev, map, now.digestOf(ROOM, map));
            rows.put(ev, made.row());
            now = made.snapshot();
            if (ev % 61 != 0) {
                continue;
            }
            List<SnapshotRow> chain = new ArrayList<>();
            for (int next = ev; next != 0; next = chain.getLast().parent()) {
                chain.add(rows.get(next));
            }
            assertThat(chain.size()).isLessThan(13);
            Snapshot loaded = Snapshot.load(chain, keys::get);
            assertThat(loaded.map()).isEqualTo(map);
            assertThat(loaded.height()).isEqualTo(now.height());
            assertThat(loaded.digest()).isEqualTo(now.digest());
            assertThat(loaded.chain()).usingRecursiveComparison().isEqualTo(now.chain());
        }
        long numbers = rows.values().stream()
                .mapToLong(row -> row.added().length + row.removed().length)
                .sum();
        assertThat(numbers).as("numbers stored for 2000 states of 400 places").isLessThan(120_000);
    }

    @Test
    void theDigestDependsOnTheSetAndOnTheRoomOnly() {
        StateMap one = StateMap.EMPTY.put(key(1), 1).put(key(2), 2);
        StateMap other = StateMap.EMPTY.put(key(2), 2).put(key(1), 1);
        StateDigest digest = Snapshot.EMPTY.digestOf(ROOM, one);
        assertThat(Snapshot.EMPTY.digestOf(ROOM, other)).isEqualTo(digest);
        assertThat(Snapshot.EMPTY.digestOf(ROOM, one.put(key(1), 3))).isNotEqualTo(digest);
        assertThat(Snapshot.EMPTY.digestOf(RoomId.of("!other:example.org"), one))
                .isNotEqualTo(digest);
        assertThat(StateDigest.ofBytes(digest.toBytes())).isEqualTo(digest);
        assertThat(digest.minus(ROOM, 1).minus(ROOM, 2)).isEqualTo(StateDigest.ZERO);
    }
}
