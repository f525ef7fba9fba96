package im.holm.protocol.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.StateKey;
import im.holm.protocol.sketch.RandomRoom;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// The real state resolution against the specification's words, on random rooms.
class RandomResolutionTest {
    private static final int ROOMS = 40;
    private static final int STEPS = 60;

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V6, RoomVersions.V11, RoomVersions.V12);
    }

    private static Map<StateKey, Integer> entries(StateMap map) {
        Map<StateKey, Integer> entries = new HashMap<>();
        map.forEach(entries::put);
        return entries;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void resolutionDoesWhatTheSpecificationSays(RoomVersion version) {
        int conflicts = 0;
        for (long seed = 1; seed <= ROOMS; seed++) {
            RandomRoom random = new RandomRoom(version, seed);
            for (int step = 0; step < STEPS; step++) {
                random.step();
                List<StateMap> states =
                        random.branches().stream().map(branch -> branch.state()).toList();
                if (states.stream().distinct().count() > 1) {
                    conflicts++;
                    compare(random.room(), states, "seed " + seed + ", step " + step);
                }
            }
        }
        assertThat(conflicts).isGreaterThan(200);
    }

    private static void compare(RoomSketch room, List<StateMap> states, String where) {
        StateMap resolved = StateResolution.resolve(room.version(), states, room);
        List<Map<StateKey, Integer>> maps =
                states.stream().map(RandomResolutionTest::entries).toList();
        assertThat(entries(resolved))
                .as(where)
                .isEqualTo(SpecResolution.resolve(room.version(), maps, room));
        List<StateMap> shuffled = new ArrayList<>(states);
        Collections.shuffle(shuffled, new Random(1));
        assertThat(StateResolution.resolve(room.version(), shuffled, room)).isEqualTo(resolved);
    }
}
