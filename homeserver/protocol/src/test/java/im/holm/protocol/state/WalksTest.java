package im.holm.protocol.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.RandomRoom;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/// Walks over graphs whose paths are too many to count, and what an event's own auth events say.
class WalksTest {
    private static final String ALICE = "@alice:one.example";
    private static final String BOB = "@bob:two.example";
    private static final String CAROL = "@carol:three.example";
    private static final int RUNGS = 60;

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    /// Two events a rung, each of which refers to both of the rung below: 2^60 paths.
    private record Ladder() implements AuthGraph {
        @Override
        public Pdu event(int ev) {
            throw new AssertionError("a walk reads no events");
        }

        @Override
        public int[] auth(int ev) {
            int below = ev - 1 - ev % 2;
            return below < 2 ? new int[0] : new int[] {below - 1, below};
        }

        @Override
        public boolean rejected(int ev) {
            return false;
        }
    }

    private static BitSet range(int from, int to) {
        BitSet set = new BitSet();
        set.set(from, to + 1);
        return set;
    }

    private static BitSet only(int... events) {
        BitSet set = new BitSet();
        for (int ev : events) {
            set.set(ev);
        }
        return set;
    }

    @Test
    @Timeout(20)
    void everyEventIsWalkedOnceHoweverManyPathsLeadToIt() {
        int top = 2 * RUNGS;
        assertThat(AuthWalks.chain(only(top), new Ladder())).isEqualTo(range(2, top - 1));
        assertThat(AuthWalks.between(only(top, 20), new Ladder()))
                .isEqualTo(union(only(20, top), range(22, top - 1)));
        assertThat(AuthWalks.between(only(top), new Ladder())).isEqualTo(only(top));
    }

    private static BitSet union(BitSet one, BitSet other) {
        BitSet both = (BitSet) one.clone();
        both.or(other);
        return both;
    }

    @Test
    @Timeout(20)
    void aDifferenceIsFoundWithoutFollowingEveryPath() {
        StateKey shared = StateKey.of("shared");
        StateKey disputed = StateKey.of("disputed");
        StateMap base = StateMap.EMPTY.put(shared, 40);
        int top = 2 * RUNGS;
        Conflict conflict =
                Conflict.between(List.of(base.put(disputed, top), base.put(disputed, 60)));
        assertThat(AuthDifference.of(conflict, new Ladder())).isEqualTo(range(60, top - 1));
    }

    /// The rungs that the disputed events do not share lie below the shared one: they are in
    /// every chain.
    @Test
    @Timeout(20)
    void whatTheSharedStateRestsOnIsInNoDifference() {
        StateKey disputed = StateKey.of("disputed");
        StateMap base = StateMap.EMPTY.put(StateKey.of("shared"), 2 * RUNGS + 2);
        Conflict conflict =
                Conflict.between(List.of(base.put(disputed, 2 * RUNGS), base.put(disputed, 60)));
        assertThat(AuthDifference.of(conflict, new Ladder()).isEmpty()).isTrue();
    }

    @Test
    void theCreateEventIsThatOfAnyStateThatHasOne() {
        StateMap without = StateMap.EMPTY.put(StateKey.of("x"), 7);
        StateMap with = without.put(StateKey.CREATE, 5);
        assertThat(Conflict.between(List.of(without, with)).create()).isEqualTo(5);
        assertThat(Conflict.between(List.of(with, without)).create()).isEqualTo(5);
        assertThat(Conflict.between(List.of(without, without)).create()).isEqualTo(StateMap.ABSENT);
    }

    /// The same room with other verdicts and other numbers.
    private record Changed(RoomSketch room, int shift, IntPredicate rejects) implements AuthGraph {
        @Override
        public Pdu event(int ev) {
            return room.event(ev - shift);
        }

        @Override
        public int[] auth(int ev) {
            int[] auth = room.auth(ev - shift).clone();
            for (int i = 0; i < auth.length; i++) {
                auth[i] += shift;
            }
            return auth;
        }

        @Override
        public boolean rejected(int ev) {
            return rejects.test(ev - shift);
        }

        StateMap shifted(StateMap state) {
            StateMap[] result = {StateMap.EMPTY};
            state.forEach((key, ev) -> result[0] = result[0].put(key, ev + shift));
            return result[0];
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theNumbersOfEventsDoNotMatter(RoomVersion version) {
        for (long seed = 1; seed <= 20; seed++) {
            RandomRoom random = new RandomRoom(version, seed);
            for (int step = 0; step < 60; step++) {
                random.step();
            }
            RoomSketch room = random.room();
            Changed changed = new Changed(room, 1, room::rejected);
            List<StateMap> states = new ArrayList<>();
            random.branches().forEach(branch -> states.add(branch.state()));
            StateMap expected = changed.shifted(StateResolution.resolve(version, states, room));
            assertThat(StateResolution.resolve(
                            version, states.stream().map(changed::shifted).toList(), changed))
                    .isEqualTo(expected);
        }
    }

    private static SketchBranch moderated(RoomVersion version) {
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        String alice = version.privilegedCreators() ? "" : "'" + ALICE + "': 100, ";
        main.powerLevels(
                ALICE, Json.of("{'users': {" + alice + "'" + BOB + "': 50, '" + CAROL + "': 75}}"));
        main.joinRule(ALICE, "public");
        main.join(BOB);
        main.join(CAROL);
        return main;
    }

    /// In version 12 the checks begin with an empty state, so that only Bob's auth events say
    /// that he is a moderator.
    @Test
    void anAuthEventThatWasRejectedGivesNoPermission() {
        SketchBranch main = moderated(RoomVersions.V12);
        SketchBranch other = main.fork();
        int alices = main.topic(ALICE, "alice's");
        int bobs = other.topic(BOB, "bob's");
        int levels = main.state().find(StateKey.POWER_LEVELS);
        List<StateMap> states = List.of(main.state(), other.state());
        StateKey topic = StateKey.of(EventTypes.TOPIC);
        assertThat(StateResolution.resolve(RoomVersions.V12, states, main.room())
                        .find(topic))
                .isEqualTo(bobs);
        Changed rejecting = new Changed(main.room(), 0, ev -> ev == levels);
        assertThat(StateResolution.resolve(RoomVersions.V12, states, rejecting).find(topic))
                .isEqualTo(alices);
    }

    /// The order of power events goes by what their auth events say, rejected or not.
    @Test
    void theOrderOfPowerEventsReadsRejectedAuthEventsToo() {
        SketchBranch main = moderated(RoomVersions.V11);
        SketchBranch other = main.fork();
        int bobs = main.joinRule(BOB, "invite");
        other.joinRule(CAROL, "knock");
        int levels = main.state().find(StateKey.POWER_LEVELS);
        List<StateMap> states = List.of(main.state(), other.state());
        Changed rejecting = new Changed(main.room(), 0, ev -> ev == levels);
        assertThat(StateResolution.resolve(RoomVersions.V11, states, rejecting)
                        .find(StateKey.JOIN_RULES))
                .isEqualTo(bobs);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void anEventsOwnStateIsWhatItsAuthEventsShow(RoomVersion version) {
        SketchBranch main = moderated(version);
        int message = main.message(BOB, "hello");
        RoomSketch room = main.room();
        int levels = main.state().find(StateKey.POWER_LEVELS);
        Changed rejecting = new Changed(room, 0, ev -> ev == levels);
        AuthEventState all = new AuthEventState(message, StateMap.ABSENT, false, rejecting);
        AuthEventState accepted = new AuthEventState(message, 1, true, rejecting);
        assertThat(all.find(StateKey.POWER_LEVELS)).isEqualTo(levels);
        assertThat(accepted.find(StateKey.POWER_LEVELS)).isEqualTo(StateMap.ABSENT);
        assertThat(accepted.find(new StateKey(EventTypes.MEMBER, BOB))).isPositive();
        assertThat(accepted.find(new StateKey(EventTypes.MEMBER, CAROL)))
                .isEqualTo(StateMap.ABSENT);
        assertThat(accepted.find(new StateKey(EventTypes.POWER_LEVELS, BOB)))
                .isEqualTo(StateMap.ABSENT);
        assertThat(accepted.find(new StateKey("x", BOB))).isEqualTo(StateMap.ABSENT);
        assertThat(accepted.find(StateKey.CREATE)).isEqualTo(1);
        assertThat(accepted.get(StateKey.CREATE)).contains(room.event(1));
        assertThat(all.find(StateKey.CREATE))
                .isEqualTo(version.roomIdIsCreateHash() ? StateMap.ABSENT : 1);
        AuthEventState ofCreate = new AuthEventState(1, 1, true, room);
        assertThat(ofCreate.find(StateKey.CREATE))
                .isEqualTo(version.roomIdIsCreateHash() ? 1 : StateMap.ABSENT);
    }

    /// Bans by moderators take power away; a user who leaves does not.
    @Test
    void whoLeavesTakesNobodysPower() {
        SketchBranch main = moderated(RoomVersions.V11);
        SketchBranch other = main.fork();
        main.room().setNextTs(1_800_000_000_000L);
        int leave = main.leave(BOB);
        main.room().setNextTs(1_700_000_000_001L);
        int topic = other.topic(BOB, "before he left");
        StateMap resolved = StateResolution.resolve(
                RoomVersions.V11, List.of(main.state(), other.state()), main.room());
        assertThat(resolved.find(new StateKey(EventTypes.MEMBER, BOB))).isEqualTo(leave);
        assertThat(resolved.find(StateKey.of(EventTypes.TOPIC))).isEqualTo(topic);
    }

    /// Only a membership event can take power away, whatever another event's content says.
    @Test
    void anotherEventThatSpeaksOfABanIsNoPowerEvent() {
        SketchBranch main = moderated(RoomVersions.V11);
        SketchBranch other = main.fork();
        other.state(BOB, "x.state", "k", Json.of("{'n': 1}"));
        int later = main.state(ALICE, "x.state", "k", Json.of("{'membership': 'ban'}"));
        StateMap resolved = StateResolution.resolve(
                RoomVersions.V11, List.of(main.state(), other.state()), main.room());
        assertThat(resolved.find(new StateKey("x.state", "k"))).isEqualTo(later);
    }
}
