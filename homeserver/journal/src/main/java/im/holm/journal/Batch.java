package im.holm.journal;

import im.holm.journal.UnitWriter.Placed;
import im.holm.platform.db.Tx;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// What one transaction commits: units in the order of their submission, with the positions of
/// their facts.
public final class Batch {

    private final List<Group<?>> groups;
    private final List<JournalEntry> entries;
    private final List<long[]> positions;
    private final long lowest;
    private final long highest;

    private Batch(
            List<Group<?>> groups,
            List<JournalEntry> entries,
            List<long[]> positions,
            long lowest,
            long highest) {
        this.groups = groups;
        this.entries = entries;
        this.positions = positions;
        this.lowest = lowest;
        this.highest = highest;
    }

    /// Gives every fact its position. A batch without facts takes one position all the same:
    /// each commit moves the slot's row, so that its outcome can be told.
    ///
    /// @param last the slot's last position
    static Batch place(List<? extends Unit<?>> units, long last, long nowMs, int slot) {
        long lowest = Position.next(last, nowMs, slot);
        long next = lowest;
        var entries = new ArrayList<JournalEntry>();
        var positions = new ArrayList<long[]>(units.size());
        Map<UnitWriter<?>, Group<?>> byWriter = new IdentityHashMap<>();
        var groups = new ArrayList<Group<?>>();
        for (int i = 0; i < units.size(); i++) {
            Unit<?> unit = units.get(i);
            long[] own = new long[unit.facts().size()];
            for (int fact = 0; fact < own.length; fact++) {
                own[fact] = next;
                entries.add(new JournalEntry(next, unit.facts().get(fact)));
                next += Position.TICK;
            }
            positions.add(own);
            addTo(groups, byWriter, unit, own, i);
        }
        long highest = entries.isEmpty() ? lowest : next - Position.TICK;
        return new Batch(groups, entries, positions, lowest, highest);
    }

    private static <R> void addTo(
            List<Group<?>> groups,
            Map<UnitWriter<?>, Group<?>> byWriter,
            Unit<R> unit,
            long[] positions,
            int index) {
        @SuppressWarnings(
                "unchecked") // the map holds for each writer a group of that writer's rows
        var group = (Group<R>) byWriter.computeIfAbsent(unit.writer(), writer -> {
            var made = new Group<>(unit.writer());
            groups.add(made);
            return made;
        });
        group.units.add(new Placed<>(unit.rows(), positions));
        group.indices.add(index);
    }

    /// Has every writer write its units.
    ///
    /// @return the units that were refused; not empty means that the transaction must be rolled
    ///     back
    public List<Refused> writeUnits(Tx tx) {
        var refused = new ArrayList<Refused>();
        for (Group<?> group : groups) {
            group.write(tx, refused);
        }
        return refused;
    }

    /// All facts with their positions, ascending.
    public List<JournalEntry> entries() {
        return entries;
    }

    public long lowest() {
        return lowest;
    }

    public long highest() {
        return highest;
    }

    /// Positions of a unit's facts.
    long[] positions(int unit) {
        return positions.get(unit);
    }

    /// @param unit index of the unit in the batch
    public record Refused(int unit, Object reason) {}

    private static final class Group<R> {
        private final UnitWriter<R> writer;
        private final List<Placed<R>> units = new ArrayList<>();
        private final List<Integer> indices = new ArrayList<>();

        Group(UnitWriter<R> writer) {
            this.writer = writer;
        }

        void write(Tx tx, List<Refused> refused) {
            for (UnitWriter.Refusal refusal : writer.write(tx, List.copyOf(units))) {
                refused.add(new Refused(indices.get(refusal.unit()), refusal.reason()));
            }
        }
    }
}
