package im.holm.journal;

import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.CommitOutcome.Unavailable;
import im.holm.journal.JournalStore.Standing;
import im.holm.journal.JournalStore.Written;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The journal of a node with one writer slot. One thread takes all that is ready, commits it in
/// one transaction and tells the outcome; while it waits for the disk, the next batch gathers.
/// Everything that decides what is written in which order happens on that thread (docs/engine.md,
/// section 4).
public final class Committer implements Journal, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final long KEEP_POSITION_EVERY_MS = 1_000;

    private final JournalStore store;
    private final InstantSource time;
    private final NodeFile nodeFile;
    private final CommitLimits limits;
    private final CommitMetrics metrics;
    private final CommitQueue queue;
    private final List<Generation> generations;
    private final List<CommitWatcher> watchers = new CopyOnWriteArrayList<>();
    private final Thread thread;

    private volatile Vector visible;
    private volatile JournalHealth health = JournalHealth.ACCEPTING;

    // Of the committer's thread alone:
    private final HeldSlot slot;
    private long last;
    private List<Pending<?>> inHand = List.of();
    private long positionKeptAtMs;
    private int bisectionsLeft;

    Committer(
            JournalStore store,
            InstantSource time,
            NodeFile nodeFile,
            CommitLimits limits,
            CommitMetrics metrics,
            Lease lease,
            long last,
            Vector visible,
            List<Generation> generations) {
        this.store = store;
        this.time = time;
        this.nodeFile = nodeFile;
        this.limits = limits;
        this.metrics = metrics;
        this.last = last;
        this.visible = visible;
        this.generations = List.copyOf(generations);
        this.queue = new CommitQueue(limits);
        this.slot = new HeldSlot(store, queue, lease);
        metrics.watchQueue(queue::size);
        this.thread =
                Thread.ofPlatform().name("committer-" + lease.slot()).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public <R> CommitTicket submit(Unit<R> unit) {
        var pending = new Pending<>(unit);
        queue.offer(pending).ifPresent(why -> {
            pending.decide(why);
            pending.tellListener();
            pending.release();
        });
        return pending;
    }

    @Override
    public Vector visible() {
        return visible;
    }

    @Override
    public List<JournalEntry> read(Vector after, Vector upTo, int limit) {
        return store.read(after, upTo, Math.min(limit, READ_LIMIT_MAX));
    }

    @Override
    public long retainedFrom() {
        long highest = 0;
        for (long position : store.dropped().positions()) {
            highest = Math.max(highest, position);
        }
        return highest;
    }

    @Override
    public void watch(CommitWatcher watcher) {
        watchers.add(watcher);
    }

    @Override
    public Generation generation() {
        return generations.getLast();
    }

    @Override
    public Vector cut(SyncToken token) {
        for (Generation generation : generations) {
            if (generation.number() == token.generation()) {
                return generation.complete(token.vector());
            }
        }
        // of a time that a restore has undone: what it names was seen, the rest was not
        return token.vector();
    }

    public JournalHealth health() {
        return health;
    }

    /// Waits until nothing can be written any more, ever.
    ///
    /// @return why: `SLOT_LOST`, `FAILED` or `STOPPED`
    public JournalHealth awaitEnd() throws InterruptedException {
        thread.join();
        return health;
    }

    /// Commits what is waiting, for at most 8 s in all, lets go of the slot and closes the
    /// node's file.
    @Override
    public void close() {
        queue.close(unavailable("the server is stopping"));
        try {
            if (!thread.join(Duration.ofMillis(CommitLimits.DRAIN_MAX_MS))) {
                thread.interrupt();
                thread.join(Duration.ofMillis(CommitLimits.ABANDON_MS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        nodeFile.close();
    }

    private void run() {
        var end = JournalHealth.FAILED;
        try {
            while (!queue.isDrained()) {
                inHand = queue.take(limits.leaseMs() / 3);
                if (inHand.isEmpty()) {
                    renewLease();
                } else {
                    bisectionsLeft = CommitLimits.BISECTIONS_MAX;
                    commit(inHand);
                }
            }
            store.release(slot.lease());
            end = JournalHealth.STOPPED;
        } catch (InterruptedException e) {
            LOG.warn("stopped before everything that was waiting could be written");
            end = JournalHealth.STOPPED;
        } catch (RuntimeException e) {
            LOG.error("the committer has failed", e);
        } finally {
            health = health == JournalHealth.SLOT_LOST ? health : end;
            var why = unavailable("the server has stopped");
            turnAway(inHand, why);
            queue.close(why);
            turnAway(queue.bar(why), why);
            keepPosition();
        }
    }

    /// Commits what can be committed of these units and tells all of them what became of them,
    /// in order.
    private void commit(List<Pending<?>> pendings) throws InterruptedException {
        var attempts = new Attempts();
        var open = openOf(pendings);
        while (!open.isEmpty()) {
            var units = open.stream().<Unit<?>>map(Pending::unit).toList();
            var batch = Batch.place(units, last, time.millis(), slot.lease().slot());
            long startNanos = System.nanoTime();
            var written = store.write(slot.lease(), batch);
            if (written instanceof Written.Done) {
                metrics.committed(System.nanoTime() - startNanos, open.size());
                succeed(pendings, open, batch);
                return;
            }
            metrics.trouble();
            if (written instanceof Written.Offended offended
                    && open.size() > 1
                    && bisectionsLeft-- > 0) {
                LOG.warn("looking for the unit that spoils a batch: {}", offended.reason());
                commit(pendings.subList(0, pendings.size() / 2));
                commit(pendings.subList(pendings.size() / 2, pendings.size()));
                return;
            }
            if (mend(written, open, batch, attempts) == Mended.COMMITTED_AFTER_ALL) {
                succeed(pendings, open, batch);
                return;
            }
            open = openOf(pendings);
        }
        tell(pendings);
        if (attempts.slotLost) {
            loseSlot();
        } else if (attempts.databaseDown) {
            awaitDatabase();
        }
    }

    private static List<Pending<?>> openOf(List<Pending<?>> pendings) {
        return pendings.stream().<Pending<?>>filter(Pending::isOpen).toList();
    }

    /// What has gone wrong so far with one batch.
    private static final class Attempts {
        int conflicts;
        int breaks;
        boolean databaseDown;
        boolean slotLost;
    }

    private enum Mended {
        /// Units that were left open can be tried again.
        GO_ON,
        COMMITTED_AFTER_ALL
    }

    /// Deals with a transaction that was not plainly committed: decides units that are lost,
    /// leaves open the others.
    private Mended mend(Written written, List<Pending<?>> open, Batch batch, Attempts attempts)
            throws InterruptedException {
        return switch (written) {
            case Written.Done done -> Mended.COMMITTED_AFTER_ALL;
            case Written.Refused refused -> {
                for (Batch.Refused unit : refused.units()) {
                    metrics.refused();
                    open.get(unit.unit()).decide(new CommitOutcome.Refused(unit.reason()));
                }
                yield Mended.GO_ON;
            }
            case Written.Conflict conflict -> {
                if (++attempts.conflicts > CommitLimits.CONFLICTS_MAX) {
                    decideAll(open, unavailable("conflicting writes: " + conflict.reason()));
                } else {
                    queue.pause(5L << attempts.conflicts);
                }
                yield Mended.GO_ON;
            }
            case Written.Offended offended -> {
                LOG.error("a unit could not be stored: {}", offended.reason());
                decideAll(open, new CommitOutcome.Refused(new Unstorable(offended.reason())));
                yield Mended.GO_ON;
            }
            case Written.InDoubt inDoubt -> {
                LOG.warn("a commit is in doubt: {}", inDoubt.reason());
                yield settle(open, batch, attempts);
            }
            case Written.Down down -> {
                LOG.warn("the database does not accept writes: {}", down.reason());
                var standing = attempts.breaks++ == 0
                        ? slot.recoverWithin(CommitLimits.BREAK_MS)
                        : new Standing.Down(down.reason());
                yield goOnOrGiveUp(standing, true, open, attempts);
            }
            case Written.SlotLost lost -> goOnOrGiveUp(new Standing.Lost(), false, open, attempts);
        };
    }

    /// Finds out whether a commit in doubt has happened, however long that takes; who waits for
    /// it is let go when it takes too long.
    private Mended settle(List<Pending<?>> open, Batch batch, Attempts attempts)
            throws InterruptedException {
        slot.doubt();
        bar();
        var standing = slot.recoverWithin(limits.settleMs());
        boolean inTime = !(standing instanceof Standing.Down);
        if (!inTime) {
            var meanwhile = unavailable("it is not known yet whether this was written");
            open.forEach(pending -> pending.releaseEarly(meanwhile));
            standing = slot.recoverAtLast();
        }
        if (standing instanceof Standing.Ours ours) {
            resume();
            if (ours.lastPosition() >= batch.highest()) {
                return Mended.COMMITTED_AFTER_ALL;
            }
        }
        return goOnOrGiveUp(standing, inTime && attempts.breaks++ == 0, open, attempts);
    }

    private Mended goOnOrGiveUp(
            Standing standing, boolean again, List<Pending<?>> open, Attempts attempts) {
        switch (standing) {
            case Standing.Ours ours -> {
                if (!again) {
                    decideAll(open, unavailable("the connection to the database broke twice"));
                }
            }
            case Standing.Lost lost -> {
                attempts.slotLost = true;
                decideAll(open, unavailable("another process has taken over"));
            }
            case Standing.Down down -> {
                attempts.databaseDown = true;
                health = JournalHealth.DATABASE_DOWN;
                decideAll(open, unavailable("the database does not accept writes"));
            }
        }
        return Mended.GO_ON;
    }

    private void succeed(List<Pending<?>> pendings, List<Pending<?>> open, Batch batch) {
        last = batch.highest();
        for (int i = 0; i < open.size(); i++) {
            open.get(i).decide(new Committed(batch.positions(i)));
        }
        pendings.forEach(Pending::tellListener);
        publish(batch.entries());
        pendings.forEach(Pending::release);
        if (time.millis() - positionKeptAtMs >= KEEP_POSITION_EVERY_MS) {
            keepPosition();
        }
    }

    private void publish(List<JournalEntry> entries) {
        visible = visible.with(last);
        for (CommitWatcher watcher : watchers) {
            try {
                watcher.visible(entries, visible);
            } catch (RuntimeException e) {
                LOG.error("a watcher of commits failed", e);
            }
        }
    }

    private static void decideAll(List<Pending<?>> open, CommitOutcome outcome) {
        open.forEach(pending -> pending.decide(outcome));
    }

    private static void tell(List<Pending<?>> pendings) {
        pendings.forEach(Pending::tellListener);
        pendings.forEach(Pending::release);
    }

    private static void turnAway(List<Pending<?>> pendings, Unavailable why) {
        decideAll(openOf(pendings), why);
        tell(pendings);
    }

    private static Unavailable unavailable(String reason) {
        return new Unavailable(reason, CommitLimits.RETRY_AFTER_MS);
    }

    private void renewLease() throws InterruptedException {
        if (queue.isClosed()) {
            return;
        }
        switch (slot.standing()) {
            case Standing.Ours ours -> {}
            case Standing.Lost lost -> loseSlot();
            case Standing.Down down -> {
                LOG.warn("the lease could not be renewed: {}", down.reason());
                awaitDatabase();
            }
        }
    }

    /// Turns new units away while the database is not usable.
    private void bar() {
        health = JournalHealth.DATABASE_DOWN;
        var why = unavailable("the database does not accept writes");
        turnAway(queue.bar(why), why);
    }

    /// Waits until the database is usable again, or the node stops.
    private void awaitDatabase() throws InterruptedException {
        bar();
        switch (slot.recoverAtLast()) {
            case Standing.Ours ours -> resume();
            case Standing.Lost lost -> loseSlot();
            case Standing.Down down -> LOG.warn("stopping without the database");
        }
    }

    private void resume() {
        health = JournalHealth.ACCEPTING;
        queue.admit();
    }

    private void loseSlot() {
        LOG.error(
                "another process has taken over slot {}: nothing can be written any more",
                slot.lease().slot());
        health = JournalHealth.SLOT_LOST;
        var why = unavailable("another process has taken over");
        queue.close(why);
        turnAway(queue.bar(why), why);
    }

    private void keepPosition() {
        positionKeptAtMs = time.millis();
        try {
            nodeFile.write(last);
        } catch (IOException e) {
            LOG.warn(
                    "the highest position could not be kept in {}: {}",
                    NodeFile.NAME,
                    e.getMessage());
        }
    }
}
