package im.holm.protocol.state;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.StateKey;

import org.junit.jupiter.api.Test;

import java.util.Random;

/// The shape of the trie, which [StateMapTest] does not see.
class StateNodeTest {
    private static final int MEMBERS = 10_000;

    private static StateKey member(int number) {
        return new StateKey("m.room.member", "@user" + number + ":server" + number % 50);
    }

    /// "Aa" and "BB" have the same hash.
    private static StateKey colliding(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 6; bit++) {
            text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return new StateKey("x", text.toString());
    }

    private static StateNode put(StateNode root, StateKey key, int ev) {
        return root.put(key, ev, StateNode.spread(key), 0);
    }

    private static StateNode remove(StateNode root, StateKey key) {
        return root.remove(key, StateNode.spread(key), 0);
    }

    @Test
    void eachLevelLooksAtFiveBitsOfTheHash() {
        int hash = 0b10_00110_00101_00100_00011_00010_00001;
        for (int level = 0; level < 6; level++) {
            assertThat(StateNode.bit(hash, level)).isEqualTo(1 << (level + 1));
        }
        assertThat(StateNode.bit(hash, 6)).isEqualTo(1 << 2);
    }

    @Test
    void theHashesOfARoomsMembersFillAllSlotsAndStayShallow() {
        StateNode root = StateNode.EMPTY;
        for (int i = 0; i < MEMBERS; i++) {
            root = put(root, member(i), i + 1);
        }
        assertThat(root.nodeBits).isEqualTo(-1);
        for (StateNode node : root.nodes) {
            assertThat(Integer.bitCount(node.nodeBits | node.leafBits)).isGreaterThan(28);
        }
        assertThat(depth(root)).isLessThanOrEqualTo(6);
    }

    private static int depth(StateNode node) {
        int deepest = 0;
        for (StateNode child : node.nodes) {
            deepest = Math.max(deepest, depth(child));
        }
        return deepest + 1;
    }

    @Test
    void aTrieKeepsItsShapeWhateverIsPutAndRemoved() {
        Random random = new Random(5);
        StateNode root = StateNode.EMPTY;
        for (int i = 1; i <= 4_000; i++) {
            int number = random.nextInt(64);
            StateKey key = random.nextBoolean() ? colliding(number) : member(number);
            boolean present = root.find(key, StateNode.spread(key), 0) != StateMap.ABSENT;
            root = present && random.nextBoolean() ? remove(root, key) : put(root, key, i);
            assertWellShaped(root, 0);
        }
    }

    private static void assertWellShaped(StateNode node, int level) {
        if (level == StateNode.BUCKET_LEVEL) {
            assertThat(node.leafBits | node.nodeBits | node.nodes.length).isZero();
            assertThat(node.keys).isSorted().doesNotHaveDuplicates();
            assertThat(node.events).hasSameSizeAs(node.keys);
            return;
        }
        assertThat(node.leafBits & node.nodeBits).isZero();
        assertThat(node.keys).hasSize(Integer.bitCount(node.leafBits));
        assertThat(node.events).hasSize(Integer.bitCount(node.leafBits));
        assertThat(node.nodes).hasSize(Integer.bitCount(node.nodeBits));
        for (int i = 0; i < node.keys.length; i++) {
            int bit = StateNode.bit(StateNode.spread(node.keys[i]), level);
            assertThat(node.leafBits & bit).isNotZero();
            assertThat(node.leafIndex(bit)).isEqualTo(i);
        }
        for (StateNode child : node.nodes) {
            assertThat(child.keys.length + 2 * child.nodes.length)
                    .as("a deeper node holds at least two entries")
                    .isGreaterThanOrEqualTo(2);
            assertWellShaped(child, level + 1);
        }
    }
}
