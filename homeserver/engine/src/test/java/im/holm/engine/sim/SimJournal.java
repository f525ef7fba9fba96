package im.holm.engine.sim;

import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitTicket;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.Unit;
import im.holm.journal.UnitWriter;
import im.holm.journal.UnitWriter.Placed;
import im.holm.journal.Vector;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The journal of one life of a server, over what its disk has. Units gather until one of them is
/// awaited; while it is, other things may happen on the server, which add to the batch or are
/// decided on top of it. Then the batch is committed, or one of the failures of docs/engine.md,
/// section 4, strikes.
final class SimJournal implements Journal {

    private final SimServer server;
    private final SimDisk disk;
    private final int life;
    private final List<CommitWatcher> watchers = new ArrayList<>();
    private final Deque<Waiting<?>> queue = new ArrayDeque<>();

    SimJournal(SimServer server, SimDisk disk, int life) {
        this.server = server;
        this.disk = disk;
        this.life = life;
    }

    @Override
    public <R> CommitTicket submit(Unit<R> unit) {
        var waiting = new Waiting<>(unit);
        queue.add(waiting);
        return () -> await(waiting);
    }

    private CommitOutcome await(Waiting<?> waiting) {
        if (waiting.answer == null) {
            server.meanwhile();
            server.mustBe(life);
        }
        if (waiting.answer == null) {
            commitAll();
        }
        server.mustBe(life);
        return waiting.answer;
    }

    private void commitAll() {
        List<Waiting<?>> batch = new ArrayList<>(queue);
        queue.clear();
        switch (server.faults().commit()) {
            case NONE -> commit(batch, false);
            case DATABASE_DOWN -> fail(batch);
            case SLOT_LOST -> {
                fail(batch);
                disk.slot = (disk.slot + 1) % (Position.SLOT_MAX + 1);
                server.trace().count(Happening.SLOT_LOST);
            }
            case IN_DOUBT -> commit(batch, true);
            case CRASH_BEFORE -> {
                server.trace().count(Happening.LOST_COMMIT);
                server.die();
            }
            case CRASH_AFTER -> {
                write(batch);
                server.die();
            }
        }
    }

    private void fail(List<Waiting<?>> batch) {
        server.trace().count(Happening.LOST_COMMIT);
        batch.forEach(unit -> unit.outcome = new CommitOutcome.Unavailable("down", 100));
        batch.forEach(Waiting::tell);
    }

    /// @param inDoubt whether those who wait are told that it failed while it did not
    private void commit(List<Waiting<?>> batch, boolean inDoubt) {
        List<JournalEntry> published = write(batch);
        batch.forEach(Waiting::tell);
        if (inDoubt) {
            batch.forEach(unit -> unit.answer = new CommitOutcome.Unavailable("in doubt", 100));
        }
        watchers.forEach(watcher -> watcher.visible(published, disk.visible));
        server.committed();
    }

    private List<JournalEntry> write(List<Waiting<?>> batch) {
        while (!tryCommit(batch)) {
            // again, without the units that were turned down
        }
        List<JournalEntry> published = new ArrayList<>();
        for (Waiting<?> unit : batch) {
            if (unit.outcome instanceof CommitOutcome.Committed(long[] positions)) {
                for (int i = 0; i < positions.length; i++) {
                    published.add(
                            new JournalEntry(positions[i], unit.unit.facts().get(i)));
                }
                server.wrote(unit.unit.rows());
            } else {
                server.trace().count("refused: " + reason(unit.outcome));
            }
        }
        disk.entries.addAll(published);
        return published;
    }

    private static String reason(CommitOutcome outcome) {
        return outcome instanceof CommitOutcome.Refused(Object reason)
                ? reason.getClass().getSimpleName()
                : "no";
    }

    /// @return false if units were turned down and the others have to be tried again
    private boolean tryCommit(List<Waiting<?>> batch) {
        long before = disk.visible.at(disk.slot);
        long position = before;
        Map<UnitWriter<?>, List<Waiting<?>>> byWriter = new LinkedHashMap<>();
        for (Waiting<?> unit : batch) {
            if (unit.outcome == null) {
                position = unit.place(position, server.nowMs(), disk.slot);
                byWriter.computeIfAbsent(unit.unit.writer(), writer -> new ArrayList<>())
                        .add(unit);
            }
        }
        boolean whole = true;
        for (List<Waiting<?>> units : byWriter.values()) {
            whole &= write(units, server);
        }
        if (whole) {
            disk.visible = position == before ? disk.visible : disk.visible.with(position);
            byWriter.values()
                    .forEach(units -> units.forEach(
                            unit -> unit.outcome = new CommitOutcome.Committed(unit.positions)));
        }
        return whole;
    }

    @SuppressWarnings("unchecked")
    private static <R> boolean write(List<Waiting<?>> units, SimServer server) {
        UnitWriter<R> writer = (UnitWriter<R>) units.getFirst().unit.writer();
        List<Placed<R>> placed = new ArrayList<>();
        units.forEach(unit -> placed.add(new Placed<>((R) unit.unit.rows(), unit.positions)));
        units.forEach(unit -> server.writing(unit.unit.rows()));
        var refusals = writer.write(null, placed);
        Set<Integer> refused = new HashSet<>();
        for (var refusal : refusals) {
            refused.add(refusal.unit());
            units.get(refusal.unit()).outcome = new CommitOutcome.Refused(refusal.reason());
        }
        return refused.isEmpty();
    }

    @Override
    public Vector visible() {
        return disk.visible;
    }

    @Override
    public List<JournalEntry> read(Vector after, Vector upTo, int limit) {
        return disk.entries.stream()
                .filter(entry -> upTo.covers(entry.position()) && !after.covers(entry.position()))
                .limit(Math.min(limit, READ_LIMIT_MAX))
                .toList();
    }

    @Override
    public long retainedFrom() {
        return 0;
    }

    @Override
    public void watch(CommitWatcher watcher) {
        watchers.add(watcher);
    }

    private static final class Waiting<R> {

        private final Unit<R> unit;
        private long[] positions = {};
        /// What became of it, and what who waits for it is told.
        private CommitOutcome outcome;
        private CommitOutcome answer;

        Waiting(Unit<R> unit) {
            this.unit = unit;
        }

        long place(long after, long nowMs, int slot) {
            positions = new long[unit.facts().size()];
            long position = after;
            for (int i = 0; i < positions.length; i++) {
                position = Position.next(position, nowMs, slot);
                positions[i] = position;
            }
            return position;
        }

        void tell() {
            answer = outcome;
            unit.listener().settled(outcome);
        }
    }
}
