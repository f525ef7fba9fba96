package im.holm.protocol.state;

import im.holm.protocol.event.StateKey;
import im.holm.protocol.state.StateMap.Change;

import java.util.List;

/// Compares two tries slot by slot and skips the nodes that they share.
final class StateNodeDiff {
    private StateNodeDiff() {}

    static void collect(StateNode before, StateNode after, int level, List<Change> changes) {
        if (before == after) {
            return;
        }
        if (level == StateNode.BUCKET_LEVEL) {
            buckets(before, after, changes);
            return;
        }
        int used = before.leafBits | before.nodeBits | after.leafBits | after.nodeBits;
        while (used != 0) {
            int bit = Integer.lowestOneBit(used);
            used &= ~bit;
            slot(before, after, bit, level, changes);
        }
    }

    private static void slot(
            StateNode before, StateNode after, int bit, int level, List<Change> changes) {
        boolean nodeBefore = (before.nodeBits & bit) != 0;
        boolean nodeAfter = (after.nodeBits & bit) != 0;
        StateNode left =
                nodeBefore ? before.nodes[before.nodeIndex(bit)] : leaf(before, bit, level);
        StateNode right = nodeAfter ? after.nodes[after.nodeIndex(bit)] : leaf(after, bit, level);
        if (nodeBefore || nodeAfter) {
            collect(left, right, level + 1, changes);
        } else {
            buckets(left, right, changes);
        }
    }

    /// The entry in the slot, if any, as a node of the next level.
    private static StateNode leaf(StateNode node, int bit, int level) {
        if ((node.leafBits & bit) == 0) {
            return StateNode.EMPTY;
        }
        int index = node.leafIndex(bit);
        StateKey key = node.keys[index];
        return StateNode.EMPTY.put(key, node.events[index], StateNode.spread(key), level + 1);
    }

    /// Merges the sorted entries that lie directly in two nodes.
    private static void buckets(StateNode before, StateNode after, List<Change> changes) {
        int left = 0;
        int right = 0;
        while (left < before.keys.length || right < after.keys.length) {
            int order = left == before.keys.length
                    ? 1
                    : right == after.keys.length
                            ? -1
                            : before.keys[left].compareTo(after.keys[right]);
            if (order < 0) {
                changes.add(new Change(before.keys[left], before.events[left], StateMap.ABSENT));
                left++;
            } else if (order > 0) {
                changes.add(new Change(after.keys[right], StateMap.ABSENT, after.events[right]));
                right++;
            } else {
                if (before.events[left] != after.events[right]) {
                    changes.add(new Change(
                            before.keys[left], before.events[left], after.events[right]));
                }
                left++;
                right++;
            }
        }
    }
}
