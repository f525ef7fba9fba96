package im.holm.protocol.state;

import im.holm.protocol.event.StateKey;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;

/// A room's state: an immutable map from a place in the state to the local number of the event
/// there. A change makes a new map that shares all but a few nodes with the old one; comparing
/// maps that share nodes skips what they share.
///
/// Event numbers are positive.
public final class StateMap {
    public static final StateMap EMPTY = new StateMap(StateNode.EMPTY, 0);

    /// What [#find] answers when nothing is there.
    public static final int ABSENT = 0;

    private final StateNode root;
    private final int size;

    private StateMap(StateNode root, int size) {
        this.root = root;
        this.size = size;
    }

    /// A place where two states differ; [#ABSENT] stands for nothing.
    public record Change(StateKey key, int before, int after) {}

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public boolean has(StateKey key) {
        return find(key) != ABSENT;
    }

    public OptionalInt get(StateKey key) {
        int ev = find(key);
        return ev == ABSENT ? OptionalInt.empty() : OptionalInt.of(ev);
    }

    /// The event number, or [#ABSENT].
    public int find(StateKey key) {
        return root.find(key, StateNode.spread(key), 0);
    }

    /// This state with the event at the place. Throws [IllegalArgumentException] when `ev` is
    /// not positive.
    public StateMap put(StateKey key, int ev) {
        if (ev <= ABSENT) {
            throw new IllegalArgumentException("event numbers are positive, not " + ev);
        }
        int hash = StateNode.spread(key);
        int before = root.find(key, hash, 0);
        if (before == ev) {
            return this;
        }
        return new StateMap(root.put(key, ev, hash, 0), before == ABSENT ? size + 1 : size);
    }

    /// This state with nothing at the place.
    public StateMap remove(StateKey key) {
        int hash = StateNode.spread(key);
        return root.find(key, hash, 0) == ABSENT
                ? this
                : new StateMap(root.remove(key, hash, 0), size - 1);
    }

    /// Visits every entry, in no order.
    public void forEach(ObjIntConsumer<StateKey> action) {
        root.forEach(action);
    }

    /// The event numbers, in no order.
    public int[] events() {
        int[] events = new int[size];
        int[] next = {0};
        forEach((key, ev) -> events[next[0]++] = ev);
        return events;
    }

    /// What must change for this state to become `after`, in no order.
    public List<Change> diff(StateMap after) {
        List<Change> changes = new ArrayList<>();
        StateNodeDiff.collect(root, after.root, 0, changes);
        return changes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StateMap map
                && size == map.size
                && (root == map.root || diff(map).isEmpty());
    }

    @Override
    public int hashCode() {
        int[] sum = {0};
        forEach((key, ev) -> sum[0] += 31 * key.hashCode() + ev);
        return sum[0];
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        forEach((key, ev) -> text.append(key.type())
                .append('|')
                .append(key.key())
                .append('=')
                .append(ev)
                .append(' '));
        return text.append('}').toString();
    }
}
