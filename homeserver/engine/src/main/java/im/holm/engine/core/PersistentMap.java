package im.holm.engine.core;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;

/// An immutable hash map: a change makes a new map that shares all but a few nodes with the old
/// one.
///
/// Room states are values that follow one another and live side by side while commits are in
/// flight; this is what makes that cheap. Neither keys nor values are null.
final class PersistentMap<K, V> {

    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<>(Node.EMPTY, 0);

    private final Node root;
    private final int size;

    private PersistentMap(Node root, int size) {
        this.root = root;
        this.size = size;
    }

    @SuppressWarnings("unchecked")
    static <K, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// The value, or null.
    @SuppressWarnings("unchecked")
    V get(K key) {
        return (V) root.find(key, spread(key), 0);
    }

    boolean has(K key) {
        return get(key) != null;
    }

    V getOr(K key, V other) {
        V value = get(key);
        return value == null ? other : value;
    }

    PersistentMap<K, V> with(K key, V value) {
        Objects.requireNonNull(value);
        int grown = has(key) ? size : size + 1;
        return new PersistentMap<>(root.put(key, value, spread(key), 0), grown);
    }

    PersistentMap<K, V> without(K key) {
        return has(key) ? new PersistentMap<>(root.remove(key, spread(key), 0), size - 1) : this;
    }

    /// Visits every entry, in no order.
    @SuppressWarnings("unchecked")
    void forEach(BiConsumer<? super K, ? super V> action) {
        root.visit((BiConsumer<Object, Object>) (BiConsumer<?, ?>) action);
    }

    private static int spread(Object key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash ^ (hash >>> 15);
    }

    /// A node of the trie: five bits of the hash a level; a slot holds an entry or a deeper
    /// node. Below the last level entries with equal hashes lie side by side.
    private static final class Node {

        static final int BITS = 5;
        static final int BUCKET_LEVEL = 7;
        static final Node EMPTY = new Node(0, 0, new Object[0]);

        /// Slots with an entry (two cells of `cells`: key, value).
        final int entries;
        /// Slots with a node (one cell, after all entries).
        final int nodes;
        final Object[] cells;

        Node(int entries, int nodes, Object[] cells) {
            this.entries = entries;
            this.nodes = nodes;
            this.cells = cells;
        }

        static int bit(int hash, int level) {
            return 1 << ((hash >>> (level * BITS)) & 31);
        }

        int entryAt(int bit) {
            return 2 * Integer.bitCount(entries & (bit - 1));
        }

        int nodeAt(int bit) {
            return 2 * Integer.bitCount(entries) + Integer.bitCount(nodes & (bit - 1));
        }

        Object find(Object key, int hash, int level) {
            if (level == BUCKET_LEVEL) {
                int at = inBucket(key);
                return at < 0 ? null : cells[at + 1];
            }
            int bit = bit(hash, level);
            if ((entries & bit) != 0) {
                int at = entryAt(bit);
                return cells[at].equals(key) ? cells[at + 1] : null;
            }
            return (nodes & bit) == 0
                    ? null
                    : ((Node) cells[nodeAt(bit)]).find(key, hash, level + 1);
        }

        Node put(Object key, Object value, int hash, int level) {
            if (level == BUCKET_LEVEL) {
                int at = inBucket(key);
                return new Node(
                        0, 0, at < 0 ? inserted(cells.length, key, value) : set(at + 1, value));
            }
            int bit = bit(hash, level);
            if ((nodes & bit) != 0) {
                int at = nodeAt(bit);
                return new Node(
                        entries,
                        nodes,
                        set(at, ((Node) cells[at]).put(key, value, hash, level + 1)));
            }
            if ((entries & bit) == 0) {
                return new Node(entries | bit, nodes, inserted(entryAt(bit), key, value));
            }
            int at = entryAt(bit);
            if (cells[at].equals(key)) {
                return new Node(entries, nodes, set(at + 1, value));
            }
            Node pair = EMPTY.put(cells[at], cells[at + 1], spread(cells[at]), level + 1)
                    .put(key, value, hash, level + 1);
            Node thinner = new Node(entries & ~bit, nodes, dropped(at, 2));
            return new Node(
                    thinner.entries, nodes | bit, thinner.inserted(thinner.nodeAt(bit), pair));
        }

        /// The key is present.
        Node remove(Object key, int hash, int level) {
            if (level == BUCKET_LEVEL) {
                return new Node(0, 0, dropped(inBucket(key), 2));
            }
            int bit = bit(hash, level);
            if ((entries & bit) != 0) {
                return new Node(entries & ~bit, nodes, dropped(entryAt(bit), 2));
            }
            int at = nodeAt(bit);
            Node shrunk = ((Node) cells[at]).remove(key, hash, level + 1);
            if (shrunk.cells.length > 0) {
                return new Node(entries, nodes, set(at, shrunk));
            }
            return new Node(entries, nodes & ~bit, dropped(at, 1));
        }

        void visit(BiConsumer<Object, Object> action) {
            int pairs = nodes == 0 && entries == 0 ? cells.length : 2 * Integer.bitCount(entries);
            for (int i = 0; i < pairs; i += 2) {
                action.accept(cells[i], cells[i + 1]);
            }
            for (int i = pairs; i < cells.length; i++) {
                ((Node) cells[i]).visit(action);
            }
        }

        private int inBucket(Object key) {
            for (int i = 0; i < cells.length; i += 2) {
                if (cells[i].equals(key)) {
                    return i;
                }
            }
            return -1;
        }

        private Object[] set(int at, Object value) {
            Object[] changed = cells.clone();
            changed[at] = value;
            return changed;
        }

        private Object[] inserted(int at, Object... more) {
            Object[] grown = Arrays.copyOf(cells, cells.length + more.length);
            System.arraycopy(cells, at, grown, at + more.length, cells.length - at);
            System.arraycopy(more, 0, grown, at, more.length);
            return grown;
        }

        private Object[] dropped(int at, int count) {
            Object[] shrunk = Arrays.copyOf(cells, cells.length - count);
            System.arraycopy(cells, at + count, shrunk, at, shrunk.length - at);
            return shrunk;
        }
    }
}
