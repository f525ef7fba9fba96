package im.holm.engine.core;

import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.state.StateMap;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// A state snapshot in memory: the map, and what a delta on it needs.
///
/// A snapshot at height h is stored as the difference to the ancestor at height `h & (h - 1)`; so
/// any is rebuilt from at most log2(h) rows. `chain` holds the ancestors by which that goes,
/// nearest first, each with the difference from it to this snapshot.
///
/// @param snap its number in the room; 0 is the empty state, which is not stored
record Snapshot(int snap, StateMap map, StateDigest digest, int height, List<Ancestor> chain) {

    /// The state before the first event.
    static final Snapshot EMPTY = new Snapshot(0, StateMap.EMPTY, StateDigest.ZERO, 0, List.of());

    record Ancestor(int snap, int height, int[] added, int[] removed) {

        /// The difference to a state that differs by (`more`, `fewer`) from the one this
        /// leads to.
        Ancestor then(int[] more, int[] fewer) {
            int[] nowAdded =
                    IntSets.union(IntSets.minus(added, fewer), IntSets.minus(more, removed));
            int[] nowRemoved =
                    IntSets.union(IntSets.minus(removed, more), IntSets.minus(fewer, added));
            return new Ancestor(snap, height, nowAdded, nowRemoved);
        }
    }

    /// A snapshot with the row that stores it.
    record Made(Snapshot snapshot, SnapshotRow row) {}

    Snapshot {
        chain = List.copyOf(chain);
    }

    /// The digest of a state that is near to this one.
    StateDigest digestOf(RoomId room, StateMap after) {
        StateDigest sum = digest;
        for (StateMap.Change change : map.diff(after)) {
            sum = change.before() == StateMap.ABSENT ? sum : sum.minus(room, change.before());
            sum = change.after() == StateMap.ABSENT ? sum : sum.plus(room, change.after());
        }
        return sum;
    }

    /// A new snapshot of `after`, which is near to this one, under the number `number`.
    Made next(int number, StateMap after, StateDigest afterDigest) {
        int[] more = map.diff(after).stream()
                .mapToInt(StateMap.Change::after)
                .filter(ev -> ev > 0)
                .toArray();
        int[] fewer = map.diff(after).stream()
                .mapToInt(StateMap.Change::before)
                .filter(ev -> ev > 0)
                .toArray();
        int[] added = IntSets.minus(IntSets.sorted(more), IntSets.sorted(fewer));
        int[] removed = IntSets.minus(IntSets.sorted(fewer), IntSets.sorted(more));
        int grown = height + 1;
        int parentHeight = grown & (grown - 1);
        List<Ancestor> ancestors = new ArrayList<>();
        for (Ancestor ancestor : selfAndChain()) {
            if (ancestor.height() <= parentHeight) {
                ancestors.add(ancestor.then(added, removed));
            }
        }
        boolean whole = snap == 0
                || ancestors.getFirst().added().length + ancestors.getFirst().removed().length
                        >= after.size();
        if (whole) {
            int[] all = IntSets.sorted(after.events());
            var row = new SnapshotRow(
                    number, 0, 0, all, IntSets.EMPTY, after.size(), afterDigest.toBytes());
            return new Made(new Snapshot(number, after, afterDigest, 0, List.of()), row);
        }
        Ancestor parent = ancestors.getFirst();
        var row = new SnapshotRow(
                number,
                grown,
                parent.snap(),
                parent.added(),
                parent.removed(),
                after.size(),
                afterDigest.toBytes());
        return new Made(new Snapshot(number, after, afterDigest, grown, ancestors), row);
    }

    private List<Ancestor> selfAndChain() {
        List<Ancestor> all = new ArrayList<>(chain.size() + 1);
        all.add(new Ancestor(snap, height, IntSets.EMPTY, IntSets.EMPTY));
        all.addAll(chain);
        return all;
    }

    /// Puts a stored snapshot together.
    ///
    /// @param rows its row, its parent's, and so on to the one that is stored in full
    /// @param keys the place of each state event of the room
    static Snapshot load(List<SnapshotRow> rows, IntFunction<StateKey> keys) {
        List<Ancestor> ancestors = new ArrayList<>();
        int[] added = IntSets.EMPTY;
        int[] removed = IntSets.EMPTY;
        for (int i = 0; i + 1 < rows.size(); i++) {
            SnapshotRow row = rows.get(i);
            var step = new Ancestor(
                    row.parent(), rows.get(i + 1).height(), row.added(), row.removed());
            var whole = step.then(added, removed);
            ancestors.add(whole);
            added = whole.added();
            removed = whole.removed();
        }
        int[] base = IntSets.sorted(rows.getLast().added());
        StateMap map = StateMap.EMPTY;
        for (int ev : IntSets.union(IntSets.minus(base, removed), added)) {
            map = map.put(keys.apply(ev), ev);
        }
        SnapshotRow first = rows.getFirst();
        return new Snapshot(
                first.snap(), map, StateDigest.ofBytes(first.digest()), first.height(), ancestors);
    }
}
