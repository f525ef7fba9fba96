package im.holm.journal;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import im.holm.journal.JournalStore.Claim;

import io.micrometer.core.instrument.MeterRegistry;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/// Starts the journal of a node: locks the data directory, takes the writer slot, and makes sure
/// that no position is given out twice.
public final class JournalOpening {

    /// The only slot without clustering.
    private static final int ONLY_SLOT = 0;

    /// If the database is behind the node's file it was restored: start this far above the
    /// file, which is written every second only.
    private static final long RESTORED_JUMP_MS = 2_000;

    private static final long CLAIM_PAUSE_MS = 250;

    private final JournalStore store;
    private final int slot;
    private final InstantSource time;
    private final CommitLimits limits;
    private final MeterRegistry registry;
    private final CountDownLatch calledOff = new CountDownLatch(1);

    public JournalOpening(
            JournalStore store, InstantSource time, CommitLimits limits, MeterRegistry registry) {
        this(store, ONLY_SLOT, time, limits, registry);
    }

    /// One of several writers on a database.
    public JournalOpening(
            JournalStore store,
            int slot,
            InstantSource time,
            CommitLimits limits,
            MeterRegistry registry) {
        this.store = store;
        this.slot = slot;
        this.time = time;
        this.limits = limits;
        this.registry = registry;
    }

    /// Starts on this data directory. Blocks for at most the length of a lease, when a process
    /// has died that did not share this directory.
    public JournalStart start(Path dataDir) throws InterruptedException {
        return switch (NodeFile.open(dataDir)) {
            case NodeFile.Opened.InUse inUse -> new JournalStart.FolderInUse(inUse.file());
            case NodeFile.Opened.Unusable unusable ->
                new JournalStart.FolderUnusable(unusable.file(), unusable.reason());
            case NodeFile.Opened.Open open -> {
                var start = start(open.file());
                if (!(start instanceof JournalStart.Started)) {
                    open.file().close();
                }
                yield start;
            }
        };
    }

    /// Ends the waiting of [#start]: the node is told to stop before it has started.
    public void callOff() {
        calledOff.countDown();
    }

    private JournalStart start(NodeFile file) throws InterruptedException {
        return switch (claim(file.node())) {
            case Claim.Down down -> new JournalStart.DatabaseDown(down.reason());
            case Claim.Held held -> new JournalStart.Occupied(held.node());
            case Claim.Claimed claimed -> start(file, claimed);
        };
    }

    /// Waits for the lease of a holder that gives no sign of life.
    private Claim claim(String node) throws InterruptedException {
        long endNanos = System.nanoTime() + (limits.leaseMs() + 2_000) * 1_000_000;
        Claim.Held before = null;
        while (true) {
            var claim = store.claim(slot, node, limits.leaseMs());
            if (!(claim instanceof Claim.Held held)) {
                return claim;
            }
            boolean alive = before != null
                    && (held.epoch() != before.epoch()
                            || held.leaseLeftMs() > before.leaseLeftMs());
            if (alive || System.nanoTime() > endNanos) {
                return held;
            }
            before = held;
            if (calledOff.await(Math.clamp(held.leaseLeftMs(), 1, CLAIM_PAUSE_MS), MILLISECONDS)) {
                return held;
            }
        }
    }

    private JournalStart start(NodeFile file, Claim.Claimed claimed) {
        long kept = file.positionAtOpen();
        long highest = Math.max(kept, claimed.lastPosition());
        long nowMs = time.millis();
        if (highest > 0 && Position.millis(highest) - nowMs > CommitLimits.CLOCK_BEHIND_MAX_MS) {
            store.release(claimed.lease());
            return new JournalStart.ClockBehind(Position.millis(highest), nowMs);
        }
        long last = kept > claimed.lastPosition()
                ? Position.first(Position.millis(kept) + RESTORED_JUMP_MS, slot)
                : claimed.lastPosition();
        var committer = new Committer(
                store,
                time,
                file,
                limits,
                new CommitMetrics(registry),
                claimed.lease(),
                last,
                store.highWater(),
                store.generations());
        committer.start();
        return new JournalStart.Started(committer);
    }
}
