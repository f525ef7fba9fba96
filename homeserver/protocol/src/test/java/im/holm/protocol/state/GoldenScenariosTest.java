package im.holm.protocol.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/// Conflicts whose outcome a person can predict.
class GoldenScenariosTest {
    private static final String ALICE = "@alice:one.example";
    private static final String BOB = "@bob:two.example";
    private static final String CAROL = "@carol:three.example";

    /// All whose conflicts go by power; version 1 goes by depth, see [FirstAlgorithmTest].
    static Stream<RoomVersion> versions() {
        return RoomVersions.ALL.stream().filter(version -> !version.equals(RoomVersions.V1));
    }

    /// Alice's public room, with Bob as a moderator.
    private static SketchBranch publicRoom(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        String alice = version.privilegedCreators() ? "" : "'" + ALICE + "': 100,";
        main.powerLevels(ALICE, Json.of("{'users': {" + alice + " '" + BOB + "': 50}}"));
        main.joinRule(ALICE, "public");
        main.join(BOB);
        return main;
    }

    private static StateMap resolve(SketchBranch one, SketchBranch two) {
        RoomSketch room = one.room();
        StateMap merged =
                StateResolution.resolve(room.version(), List.of(one.state(), two.state()), room);
        assertThat(StateResolution.resolve(room.version(), List.of(two.state(), one.state()), room))
                .isEqualTo(merged);
        return merged;
    }

    private static int at(StateMap state, String type, String key) {
        return state.find(new StateKey(type, key));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theLaterOfTwoTopicsWins(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        SketchBranch other = main.fork();
        main.topic(ALICE, "first");
        int later = other.topic(BOB, "second");
        assertThat(at(resolve(main, other), EventTypes.TOPIC, "")).isEqualTo(later);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aBanBeatsWhatTheBannedUserDidMeanwhile(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        int before = main.topic(ALICE, "before");
        SketchBranch other = main.fork();
        int ban = main.ban(ALICE, BOB);
        other.topic(BOB, "mine");
        StateMap merged = resolve(main, other);
        assertThat(at(merged, EventTypes.TOPIC, "")).isEqualTo(before);
        assertThat(at(merged, EventTypes.MEMBER, BOB)).isEqualTo(ban);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aBanBeatsPowerThatTheBannedUserGaveMeanwhile(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        int levels = main.state(EventTypes.POWER_LEVELS, "");
        main.join(CAROL);
        SketchBranch other = main.fork();
        main.ban(ALICE, BOB);
        String alice = version.privilegedCreators() ? "" : "'" + ALICE + "': 100,";
        int promotion = other.powerLevels(
                BOB, Json.of("{'users': {" + alice + " '" + BOB + "': 50, '" + CAROL + "': 50}}"));
        assertThat(other.room().verdict(promotion).isAllowed()).isTrue();
        assertThat(at(resolve(main, other), EventTypes.POWER_LEVELS, "")).isEqualTo(levels);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void closingTheRoomBeatsAJoinThatDidNotSeeIt(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        SketchBranch other = main.fork();
        int closed = main.joinRule(ALICE, "invite");
        other.join(CAROL);
        StateMap merged = resolve(main, other);
        assertThat(at(merged, EventTypes.JOIN_RULES, "")).isEqualTo(closed);
        assertThat(at(merged, EventTypes.MEMBER, CAROL)).isEqualTo(StateMap.ABSENT);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void ofTwoPowerLevelsTheOneOfTheStrongerSenderIsAppliedFirst(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        SketchBranch other = main.fork();
        String alice = version.privilegedCreators() ? "" : "'" + ALICE + "': 100";
        int demotion = main.powerLevels(ALICE, Json.of("{'users': {" + alice + "}}"));
        other.powerLevels(
                BOB,
                Json.of("{'ban': 40, 'users': {" + (alice.isEmpty() ? "" : alice + ",") + " '" + BOB
                        + "': 50}}"));
        assertThat(at(resolve(main, other), EventTypes.POWER_LEVELS, "")).isEqualTo(demotion);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aCreatorIsNotBannedByAModerator(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        SketchBranch other = main.fork();
        int ban = main.ban(BOB, ALICE);
        int topic = other.topic(ALICE, "still here");
        assertThat(main.room().verdict(ban).isAllowed()).isFalse();
        StateMap merged = resolve(main, other);
        assertThat(at(merged, EventTypes.TOPIC, "")).isEqualTo(topic);
        assertThat(at(merged, EventTypes.MEMBER, ALICE)).isEqualTo(2);
    }

    /// Both states know that Bob has left, but differ about the power levels that he had set
    /// before. Version 11 judges these by the state of today, in which he may not set any, and
    /// loses the levels altogether; version 12 judges them by the state that they came from.
    @ParameterizedTest
    @MethodSource("versions")
    void whatAUserDidBeforeLeavingStands(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        StateMap base = main.state();
        JsonObject levels =
                main.room().event(main.state(EventTypes.POWER_LEVELS, "")).content();
        main.fork().powerLevels(BOB, levels.with("ban", 40));
        int one = main.room().size();
        int other = main.fork().powerLevels(BOB, levels.with("ban", 45));
        StateMap left =
                base.put(new StateKey(EventTypes.MEMBER, BOB), main.fork().leave(BOB));
        StateMap merged = StateResolution.resolve(
                version,
                List.of(
                        left.put(StateKey.POWER_LEVELS, one),
                        left.put(StateKey.POWER_LEVELS, other)),
                main.room());
        assertThat(merged.find(StateKey.POWER_LEVELS))
                .isEqualTo(version.equals(RoomVersions.V12) ? other : StateMap.ABSENT);
        assertThat(merged.find(new StateKey(EventTypes.MEMBER, BOB)))
                .isEqualTo(left.find(new StateKey(EventTypes.MEMBER, BOB)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void ofTwoTopicsOfOneMomentTheOneWithTheGreaterIdWins(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        RoomSketch room = main.room();
        SketchBranch other = main.fork();
        room.setNextTs(1_700_000_100_000L);
        int one = main.topic(ALICE, "first");
        room.setNextTs(1_700_000_100_000L);
        int two = other.topic(BOB, "second");
        boolean oneIsGreater = room.event(one)
                        .eventId()
                        .text()
                        .compareTo(room.event(two).eventId().text())
                > 0;
        assertThat(at(resolve(main, other), EventTypes.TOPIC, ""))
                .isEqualTo(oneIsGreater ? one : two);
    }

    /// A ban, a demotion's loser and a late topic on three lines, one of them forked again: the
    /// same state comes out whether the lines meet two by two, in any order, or all at once.
    @ParameterizedTest
    @MethodSource("versions")
    void forksOfForksMeetInOneStateInWhateverOrder(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        RoomSketch room = main.room();
        int before = main.topic(ALICE, "before");
        main.join(CAROL);
        SketchBranch bobs = main.fork();
        SketchBranch carols = main.fork();
        int ban = main.ban(ALICE, BOB);
        bobs.topic(BOB, "mine");
        SketchBranch bobsOther = bobs.fork();
        bobs.kick(BOB, CAROL);
        bobsOther.topic(BOB, "mine still");
        int name = carols.state(ALICE, "m.room.name", "", Json.of("{'name': 'Three lines'}"));
        List<StateMap> lines =
                List.of(main.state(), bobs.state(), bobsOther.state(), carols.state());
        StateMap atOnce = StateResolution.resolve(version, lines, room);
        assertThat(at(atOnce, EventTypes.TOPIC, "")).isEqualTo(before);
        assertThat(at(atOnce, EventTypes.MEMBER, BOB)).isEqualTo(ban);
        assertThat(at(atOnce, EventTypes.MEMBER, CAROL))
                .isEqualTo(carols.state().find(new StateKey(EventTypes.MEMBER, CAROL)));
        assertThat(at(atOnce, "m.room.name", "")).isEqualTo(name);
        for (int first = 0; first < lines.size(); first++) {
            StateMap met = lines.get(first);
            for (int i = 1; i < lines.size(); i++) {
                StateMap next = lines.get((first + i) % lines.size());
                met = StateResolution.resolve(version, List.of(met, next), room);
            }
            assertThat(met).as("line " + first + " first").isEqualTo(atOnce);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void oneStateAndEqualStatesResolveToThemselves(RoomVersion version) {
        SketchBranch main = publicRoom(version);
        StateMap state = main.state();
        assertThat(StateResolution.resolve(version, List.of(state), main.room()))
                .isSameAs(state);
        assertThat(StateResolution.resolve(version, List.of(state, state, state), main.room()))
                .isSameAs(state);
    }
}
