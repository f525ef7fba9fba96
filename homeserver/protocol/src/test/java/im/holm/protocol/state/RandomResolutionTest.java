package im.holm.protocol.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.RandomRoom;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;
import im.holm.protocol.version.StateAlgorithm;

import org.junit.jupiter.api.Test;
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
    private static final int ROOMS_OF_OTHERS = 8;
    private static final List<RoomVersion> MOST =
            List.of(RoomVersions.V1, RoomVersions.V6, RoomVersions.V11, RoomVersions.V12);
    private static final int STEPS = 60;

    static Stream<RoomVersion> versions() {
        return RoomVersions.ALL.stream();
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
        int rooms = MOST.contains(version) ? ROOMS : ROOMS_OF_OTHERS;
        for (long seed = 1; seed <= rooms; seed++) {
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
        assertThat(conflicts).isGreaterThan(5 * rooms);
    }

    private static void compare(RoomSketch room, List<StateMap> states, String where) {
        StateMap resolved = StateResolution.resolve(room.version(), states, room);
        List<Map<StateKey, Integer>> maps =
                states.stream().map(RandomResolutionTest::entries).toList();
        assertThat(entries(resolved))
                .as(where)
                .isEqualTo(
                        room.version().stateAlgorithm() == StateAlgorithm.V1
                                ? SpecFirstResolution.resolve(maps, room)
                                : SpecResolution.resolve(room.version(), maps, room));
        List<StateMap> shuffled = new ArrayList<>(states);
        Collections.shuffle(shuffled, new Random(1));
        assertThat(StateResolution.resolve(room.version(), shuffled, room)).isEqualTo(resolved);
    }

    /// Three power levels, each resting on the one before; the second is in no dispute, since
    /// both states have a topic that rests on it, and it is in the full conflicted set of
    /// version 12, since it lies between. The last comes after the first, whatever its clock
    /// says. (Of older versions see the NOTSPEC in [PowerOrdering].)
    @Test
    void anOrderGoesThroughWhatLiesBetweenConflictedEvents() {
        RoomVersion version = RoomVersions.V12;
        String alice = "@alice:one.example";
        RoomSketch room = RoomSketch.open(version, alice);
        SketchBranch main = room.main();
        JsonObject levels = JsonObject.EMPTY;
        main.powerLevels(alice, levels.with("ban", 1));
        StateMap first = main.state();
        main.powerLevels(alice, levels.with("ban", 2));
        StateKey topicKey = StateKey.of(EventTypes.TOPIC);
        int topic = main.topic(alice, "rests on the second");
        room.setNextTs(1_600_000_000_000L);
        int last = main.powerLevels(alice, levels.with("ban", 3));
        List<StateMap> states = List.of(first.put(topicKey, topic), main.state());
        StateMap resolved = StateResolution.resolve(version, states, room);
        assertThat(resolved.find(StateKey.POWER_LEVELS)).isEqualTo(last);
        compare(room, states, "through " + version);
    }
}
