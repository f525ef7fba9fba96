package im.holm.protocol.state;

import im.holm.protocol.event.StateKey;

import java.util.Arrays;
import java.util.function.ObjIntConsumer;

/// A node of the trie behind [StateMap]. Each level looks at five bits of the key's hash;
/// `leafBits` says for which of the 32 slots an entry lies here, `nodeBits` for which a deeper
/// node does. Below the last level keys whose hashes are equal lie side by side, sorted, so
/// that a room full of chosen collisions stays searchable.
///
/// The shape of a trie depends only on its entries: a deeper node always holds at least two.
final class StateNode {
    static final int BITS = 5;
    /// Seven levels use up 32 bits of hash; the eighth is the sorted bucket.
    static final int BUCKET_LEVEL = 7;

    private static final StateKey[] NO_KEYS = {};
    private static final StateNode[] NO_NODES = {};
    static final StateNode EMPTY = new StateNode(0, 0, NO_KEYS, new int[0], NO_NODES);

    final int leafBits;
    final int nodeBits;
    final StateKey[] keys;
    final int[] events;
    final StateNode[] nodes;

    private StateNode(
            int leafBits, int nodeBits, StateKey[] keys, int[] events, StateNode[] nodes) {
        this.leafBits = leafBits;
        this.nodeBits = nodeBits;
        this.keys = keys;
        this.events = events;
        this.nodes = nodes;
    }

    static int spread(StateKey key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash ^ (hash >>> 16);
    }

    static int bit(int hash, int level) {
        return 1 << ((hash >>> (level * BITS)) & 31);
    }

    int leafIndex(int bit) {
        return Integer.bitCount(leafBits & (bit - 1));
    }

    int nodeIndex(int bit) {
        return Integer.bitCount(nodeBits & (bit - 1));
    }

    int find(StateKey key, int hash, int level) {
        StateNode node = this;
        for (int at = level; at < BUCKET_LEVEL; at++) {
            int bit = bit(hash, at);
            if ((node.leafBits & bit) != 0) {
                int index = node.leafIndex(bit);
                return node.keys[index].equals(key) ? node.events[index] : StateMap.ABSENT;
            }
            if ((node.nodeBits & bit) == 0) {
                return StateMap.ABSENT;
            }
            node = node.nodes[node.nodeIndex(bit)];
        }
        int index = Arrays.binarySearch(node.keys, key);
        return index < 0 ? StateMap.ABSENT : node.events[index];
    }

    StateNode put(StateKey key, int ev, int hash, int level) {
        if (level == BUCKET_LEVEL) {
            return putInBucket(key, ev);
        }
        int bit = bit(hash, level);
        if ((nodeBits & bit) != 0) {
            int index = nodeIndex(bit);
            StateNode[] changed = nodes.clone();
            changed[index] = nodes[index].put(key, ev, hash, level + 1);
            return new StateNode(leafBits, nodeBits, keys, events, changed);
        }
        int index = leafIndex(bit);
        if ((leafBits & bit) == 0) {
            return new StateNode(
                    leafBits | bit,
                    nodeBits,
                    insert(keys, index, key),
                    insert(events, index, ev),
                    nodes);
        }
        if (keys[index].equals(key)) {
            int[] changed = events.clone();
            changed[index] = ev;
            return new StateNode(leafBits, nodeBits, keys, changed, nodes);
        }
        StateNode pair = EMPTY.put(keys[index], events[index], spread(keys[index]), level + 1)
                .put(key, ev, hash, level + 1);
        return new StateNode(
                leafBits & ~bit,
                nodeBits | bit,
                drop(keys, index),
                drop(events, index),
                insert(nodes, nodeIndex(bit), pair));
    }

    private StateNode putInBucket(StateKey key, int ev) {
        int index = Arrays.binarySearch(keys, key);
        if (index >= 0) {
            int[] changed = events.clone();
            changed[index] = ev;
            return new StateNode(0, 0, keys, changed, NO_NODES);
        }
        return new StateNode(
                0, 0, insert(keys, -index - 1, key), insert(events, -index - 1, ev), NO_NODES);
    }

    /// The key is present.
    StateNode remove(StateKey key, int hash, int level) {
        if (level == BUCKET_LEVEL) {
            int index = Arrays.binarySearch(keys, key);
            return new StateNode(0, 0, drop(keys, index), drop(events, index), NO_NODES);
        }
        int bit = bit(hash, level);
        if ((leafBits & bit) != 0) {
            int index = leafIndex(bit);
            return new StateNode(
                    leafBits & ~bit, nodeBits, drop(keys, index), drop(events, index), nodes);
        }
        int index = nodeIndex(bit);
        StateNode shrunk = nodes[index].remove(key, hash, level + 1);
        if (shrunk.nodes.length == 0 && shrunk.keys.length == 1) {
            int leaf = leafIndex(bit);
            return new StateNode(
                    leafBits | bit,
                    nodeBits & ~bit,
                    insert(keys, leaf, shrunk.keys[0]),
                    insert(events, leaf, shrunk.events[0]),
                    drop(nodes, index));
        }
        StateNode[] changed = nodes.clone();
        changed[index] = shrunk;
        return new StateNode(leafBits, nodeBits, keys, events, changed);
    }

    void forEach(ObjIntConsumer<StateKey> action) {
        for (int i = 0; i < keys.length; i++) {
            action.accept(keys[i], events[i]);
        }
        for (StateNode node : nodes) {
            node.forEach(action);
        }
    }

    private static <T> T[] insert(T[] array, int index, T item) {
        T[] grown = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, index, grown, index + 1, array.length - index);
        grown[index] = item;
        return grown;
    }

    private static int[] insert(int[] array, int index, int item) {
        int[] grown = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, index, grown, index + 1, array.length - index);
        grown[index] = item;
        return grown;
    }

    private static <T> T[] drop(T[] array, int index) {
        T[] shrunk = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, index + 1, shrunk, index, shrunk.length - index);
        return shrunk;
    }

    private static int[] drop(int[] array, int index) {
        int[] shrunk = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, index + 1, shrunk, index, shrunk.length - index);
        return shrunk;
    }
}
