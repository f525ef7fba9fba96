package im.holm.protocol.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/// Rooms that are large or that went through a lot.
class UglyRoomTest {
    private static final String ALICE = "@alice:one.example";
    private static final int MEMBERS = 400;

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    /// Counts how often an event's auth events are asked for.
    private static final class CountingGraph implements AuthGraph {
        private final AuthGraph graph;
        private int asked;

        CountingGraph(AuthGraph graph) {
            this.graph = graph;
        }

        @Override
        public Pdu event(int ev) {
            return graph.event(ev);
        }

        @Override
        public int[] auth(int ev) {
            asked++;
            return graph.auth(ev);
        }

        @Override
        public boolean rejected(int ev) {
            return graph.rejected(ev);
        }
    }

    private static String user(int number) {
        return "@user" + number + ":server" + number % 10 + ".example";
    }

    private static SketchBranch largeRoom(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        main.joinRule(ALICE, "public");
        for (int i = 0; i < MEMBERS; i++) {
            main.join(user(i));
        }
        return main;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aSmallConflictDoesNotWalkThroughALargeRoom(RoomVersion version) {
        SketchBranch main = largeRoom(version);
        SketchBranch other = main.fork();
        main.topic(ALICE, "one");
        int topic = other.topic(ALICE, "other");
        int join = main.join("@new:one.example");
        CountingGraph graph = new CountingGraph(main.room());
        StateMap merged =
                StateResolution.resolve(version, List.of(main.state(), other.state()), graph);
        assertThat(merged.find(StateKey.of(EventTypes.TOPIC))).isEqualTo(topic);
        assertThat(merged.find(new StateKey(EventTypes.MEMBER, "@new:one.example")))
                .isEqualTo(join);
        assertThat(graph.asked).isLessThan(MEMBERS / 4);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void hundredsOfConflictsAreResolvedAtOnce(RoomVersion version) {
        SketchBranch main = largeRoom(version);
        SketchBranch other = main.fork();
        for (int i = 0; i < MEMBERS / 2; i++) {
            main.ban(ALICE, user(i));
            other.leave(user(MEMBERS / 4 + i));
        }
        StateMap merged =
                StateResolution.resolve(version, List.of(main.state(), other.state()), main.room());
        for (int i = 0; i < MEMBERS; i++) {
            String expected = i < MEMBERS / 2 ? "ban" : i < 3 * MEMBERS / 4 ? "leave" : "join";
            Pdu member = main.room().event(merged.find(new StateKey(EventTypes.MEMBER, user(i))));
            assertThat(member.membership()).as(user(i)).contains(expected);
        }
    }

    /// Deeper than any stack: walks must not recurse.
    @ParameterizedTest
    @MethodSource("versions")
    void aLongHistoryOfPowerLevelsIsWalkedWithoutRecursion(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        SketchBranch other = main.fork();
        JsonObject levels = version.privilegedCreators()
                ? JsonObject.EMPTY
                : JsonObject.of("users", JsonObject.EMPTY.with(ALICE, 100));
        int last = 0;
        for (int i = 0; i < 3_000; i++) {
            last = main.powerLevels(ALICE, levels.with("ban", i % 50));
        }
        int topic = other.topic(ALICE, "other");
        StateMap merged =
                StateResolution.resolve(version, List.of(main.state(), other.state()), main.room());
        assertThat(merged.find(StateKey.POWER_LEVELS)).isEqualTo(last);
        assertThat(merged.find(StateKey.of(EventTypes.TOPIC))).isEqualTo(topic);
    }
}
