package im.holm.protocol.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.holm.protocol.event.StateKey;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class StateMapTest {
    /// "Aa" and "BB" have the same hash, and so has every text composed of them.
    private static StateKey key(int number, boolean colliding) {
        if (!colliding) {
            return new StateKey("type" + number % 7, "key" + number);
        }
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 9; bit++) {
            text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return new StateKey("x", text.toString());
    }

    private static Map<StateKey, Integer> entries(StateMap map) {
        Map<StateKey, Integer> entries = new HashMap<>();
        map.forEach((key, ev) -> assertThat(entries.put(key, ev)).isNull());
        return entries;
    }

    private static void assertSame(StateMap map, Map<StateKey, Integer> model) {
        assertThat(map.size()).isEqualTo(model.size());
        assertThat(entries(map)).isEqualTo(model);
        assertThat(map.events()).hasSize(model.size());
    }

    @Test
    void aStateMapBehavesLikeAMapWhateverTheHashes() {
        for (boolean colliding : new boolean[] {false, true}) {
            Random random = new Random(3);
            Map<StateKey, Integer> model = new HashMap<>();
            StateMap map = StateMap.EMPTY;
            for (int i = 1; i <= 3_000; i++) {
                StateKey key = key(random.nextInt(400), colliding);
                if (random.nextInt(3) == 0) {
                    map = map.remove(key);
                    model.remove(key);
                } else {
                    map = map.put(key, i);
                    model.put(key, i);
                }
                assertThat(map.find(key)).isEqualTo(model.getOrDefault(key, StateMap.ABSENT));
                assertThat(map.has(key)).isEqualTo(model.containsKey(key));
                if (i % 100 == 0) {
                    assertSame(map, model);
                }
            }
        }
    }

    @Test
    void theShapeDoesNotRememberHowItCameAbout() {
        for (boolean colliding : new boolean[] {false, true}) {
            StateMap one = StateMap.EMPTY;
            StateMap other = StateMap.EMPTY;
            for (int i = 0; i < 400; i++) {
                one = one.put(key(i, colliding), i + 1);
                other = other.put(key(399 - i, colliding), 400 - i);
            }
            for (int i = 100; i < 400; i++) {
                one = one.remove(key(i, colliding));
                other = other.remove(key(499 - i, colliding));
            }
            assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
            assertThat(one.size()).isEqualTo(100);
            assertThat(one.remove(key(0, colliding))).isNotEqualTo(other);
            assertThat(one.put(key(0, colliding), 999)).isNotEqualTo(other);
        }
    }

    @Test
    void aDiffSaysWhatMustChange() {
        for (boolean colliding : new boolean[] {false, true}) {
            Random random = new Random(5);
            StateMap before = StateMap.EMPTY;
            for (int i = 0; i < 300; i++) {
                before = before.put(key(random.nextInt(400), colliding), i + 1);
            }
            for (int round = 0; round < 50; round++) {
                StateMap after = before;
                for (int i = random.nextInt(30); i >= 0; i--) {
                    StateKey key = key(random.nextInt(400), colliding);
                    after = random.nextBoolean() ? after.remove(key) : after.put(key, 1_000 + i);
                }
                assertDiff(before, after);
                assertDiff(after, before);
            }
            assertDiff(StateMap.EMPTY, before);
            assertDiff(before, StateMap.EMPTY);
        }
    }

    private static void assertDiff(StateMap before, StateMap after) {
        StateMap patched = before;
        Set<StateKey> changed = new HashSet<>();
        for (StateMap.Change change : before.diff(after)) {
            assertThat(changed.add(change.key())).isTrue();
            assertThat(change.before()).isEqualTo(before.find(change.key()));
            assertThat(change.after())
                    .isEqualTo(after.find(change.key()))
                    .isNotEqualTo(change.before());
            patched = change.after() == StateMap.ABSENT
                    ? patched.remove(change.key())
                    : patched.put(change.key(), change.after());
        }
        assertThat(entries(patched)).isEqualTo(entries(after));
        assertThat(patched).isEqualTo(after);
    }

    @Test
    void puttingWhatIsThereChangesNothing() {
        StateMap map = StateMap.EMPTY.put(StateKey.CREATE, 1);
        assertThat(map.put(StateKey.CREATE, 1)).isSameAs(map);
        assertThat(map.remove(StateKey.POWER_LEVELS)).isSameAs(map);
        assertThat(map.diff(map)).isEmpty();
        assertThat(map.get(StateKey.CREATE)).hasValue(1);
        assertThat(map.get(StateKey.POWER_LEVELS)).isEmpty();
        assertThat(map.remove(StateKey.CREATE)).isEqualTo(StateMap.EMPTY);
        assertThat(map.remove(StateKey.CREATE).isEmpty()).isTrue();
        assertThat(map.diff(StateMap.EMPTY))
                .isEqualTo(List.of(new StateMap.Change(StateKey.CREATE, 1, StateMap.ABSENT)));
    }

    @Test
    void eventNumbersArePositive() {
        assertThatThrownBy(() -> StateMap.EMPTY.put(StateKey.CREATE, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStateSaysWhatIsInIt() {
        StateKey topic = StateKey.of("m.room.topic");
        StateKey name = StateKey.of("m.room.name");
        StateMap one = StateMap.EMPTY.put(topic, 3);
        StateMap both = one.put(name, 4);
        assertThat(StateMap.EMPTY.isEmpty()).isTrue();
        assertThat(one.isEmpty()).isFalse();
        assertThat(StateMap.EMPTY).hasToString("{}");
        assertThat(one).hasToString("{m.room.topic|=3 }");
        assertThat(both.hashCode())
                .isEqualTo(one.hashCode() + StateMap.EMPTY.put(name, 4).hashCode());
        assertThat(StateMap.EMPTY.hashCode()).isZero();
        assertThat(one.hashCode()).isEqualTo(31 * topic.hashCode() + 3);
    }
}
