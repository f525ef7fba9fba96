package im.holm.engine.testing;

import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitTicket;
import im.holm.journal.Fact;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.Unit;
import im.holm.journal.UnitWriter;
import im.holm.journal.UnitWriter.Placed;
import im.holm.journal.Vector;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A journal in memory without a thread of its own: units gather until somebody waits for one of
/// them, then all that gathered are one commit. So commits are batched and pipelined as on disk,
/// and every run is the same.
public final class MemoryJournal implements Journal {

    private static final int SLOT = 0;

    private final InstantSource time;
    private final List<JournalEntry> entries = new ArrayList<>();
    private final List<CommitWatcher> watchers = new ArrayList<>();
    private final Deque<Waiting<?>> queue = new ArrayDeque<>();
    private long last;
    private Vector visible = Vector.ZERO;
    private int failures;
    private int commits;

    public MemoryJournal(InstantSource time) {
        this.time = time;
    }

    /// Lets the next commits fail as if the database were down.
    public synchronized void failNext(int count) {
        failures = count;
    }

    /// Commits so far.
    public synchronized int commits() {
        return commits;
    }

    @Override
    public synchronized <R> CommitTicket submit(Unit<R> unit) {
        var waiting = new Waiting<>(unit);
        queue.add(waiting);
        return () -> await(waiting);
    }

    private synchronized CommitOutcome await(Waiting<?> waiting) {
        if (waiting.outcome == null) {
            commitAll();
        }
        return waiting.outcome;
    }

    @Override
    public synchronized Vector visible() {
        return visible;
    }

    @Override
    public synchronized List<JournalEntry> read(Vector after, Vector upTo, int limit) {
        return entries.stream()
                .filter(entry -> upTo.covers(entry.position()) && !after.covers(entry.position()))
                .limit(Math.min(limit, READ_LIMIT_MAX))
                .toList();
    }

    @Override
    public long retainedFrom() {
        return 0;
    }

    @Override
    public synchronized void watch(CommitWatcher watcher) {
        watchers.add(watcher);
    }

    private void commitAll() {
        List<Waiting<?>> batch = new ArrayList<>(queue);
        queue.clear();
        if (failures > 0) {
            failures--;
            batch.forEach(unit -> unit.outcome = new CommitOutcome.Unavailable("down", 100));
            batch.forEach(Waiting::tell);
            return;
        }
        while (!tryCommit(batch)) {
            // again, without the units that were turned down
        }
        batch.forEach(Waiting::tell);
        publish(batch);
    }

    /// @return false if units were turned down and the others have to be tried again
    private boolean tryCommit(List<Waiting<?>> batch) {
        long position = last;
        Map<UnitWriter<?>, List<Waiting<?>>> byWriter = new LinkedHashMap<>();
        for (Waiting<?> unit : batch) {
            if (unit.outcome == null) {
                position = unit.place(position, time.millis());
                byWriter.computeIfAbsent(unit.unit.writer(), writer -> new ArrayList<>())
                        .add(unit);
            }
        }
        boolean whole = true;
        for (List<Waiting<?>> units : byWriter.values()) {
            whole &= write(units);
        }
        if (whole) {
            last = position;
            commits++;
            byWriter.values()
                    .forEach(units -> units.forEach(
                            unit -> unit.outcome = new CommitOutcome.Committed(unit.positions)));
        }
        return whole;
    }

    @SuppressWarnings("unchecked")
    private static <R> boolean write(List<Waiting<?>> units) {
        UnitWriter<R> writer = (UnitWriter<R>) units.getFirst().unit.writer();
        List<Placed<R>> placed = new ArrayList<>();
        units.forEach(unit -> placed.add(new Placed<>((R) unit.unit.rows(), unit.positions)));
        var refusals = writer.write(null, placed);
        Set<Integer> refused = new HashSet<>();
        for (var refusal : refusals) {
            refused.add(refusal.unit());
            units.get(refusal.unit()).outcome = new CommitOutcome.Refused(refusal.reason());
        }
        return refused.isEmpty();
    }

    private void publish(List<Waiting<?>> batch) {
        List<JournalEntry> published = new ArrayList<>();
        for (Waiting<?> unit : batch) {
            if (unit.outcome instanceof CommitOutcome.Committed(long[] positions)) {
                for (int i = 0; i < positions.length; i++) {
                    Fact fact = unit.unit.facts().get(i);
                    published.add(new JournalEntry(positions[i], fact));
                }
            }
        }
        entries.addAll(published);
        visible = last == 0 ? visible : visible.with(last);
        watchers.forEach(watcher -> watcher.visible(published, visible));
    }

    private static final class Waiting<R> {

        private final Unit<R> unit;
        private long[] positions = {};
        private CommitOutcome outcome;

        Waiting(Unit<R> unit) {
            this.unit = unit;
        }

        long place(long after, long nowMs) {
            positions = new long[unit.facts().size()];
            long position = after;
            for (int i = 0; i < positions.length; i++) {
                position = Position.next(position, nowMs, SLOT);
                positions[i] = position;
            }
            return position;
        }

        void tell() {
            unit.listener().settled(outcome);
        }
    }
}
