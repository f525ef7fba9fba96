package im.holm.journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// One follower at work: read, hand over, move the cursor.
final class FollowerLoop {

    private static final Logger LOG = LoggerFactory.getLogger(FollowerLoop.class);

    /// The cursor is written this often at most; a crash hands over again what came since.
    private static final long KEEP_EVERY_MS = 1_000;

    /// A cursor that is less behind has missed nothing that retention could have dropped.
    private static final long FRESH_MS = 3_600_000;

    private static final long PAUSE_AFTER_FAILURE_MS = 1_000;
    private static final long PAUSE_AFTER_FAILURE_MAX_MS = 60_000;

    private final Journal journal;
    private final FollowerCursors cursors;
    private final InstantSource time;
    private final Follower follower;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;

    private final CountDownLatch stopped = new CountDownLatch(1);

    private volatile Vector cursor;
    /// When it last had nothing to read.
    private volatile long caughtUpAtMs;
    private Vector kept;
    private long keptAtMs;
    private int failures;

    FollowerLoop(Journal journal, FollowerCursors cursors, InstantSource time, Follower follower) {
        this.journal = journal;
        this.cursors = cursors;
        this.time = time;
        this.follower = follower;
        this.thread = Thread.ofVirtual().name("follower-" + follower.name()).unstarted(this::run);
    }

    String name() {
        return follower.name();
    }

    void start() {
        thread.start();
    }

    void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    void stop() {
        stopped.countDown();
        wake();
    }

    private boolean isRunning() {
        return stopped.getCount() > 0;
    }

    void join(Duration timeout) {
        try {
            if (thread.isAlive() && !thread.join(timeout)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// How old the oldest fact is that has not been handed over, at most; 0 if there is none.
    /// It came after the last one that was handed over, and after there was nothing to read.
    double lagSeconds() {
        var reached = cursor;
        if (reached == null) {
            return 0;
        }
        long oldestMs = Long.MAX_VALUE;
        var now = journal.visible();
        for (long position : now.positions()) {
            if (!reached.covers(position)) {
                long afterMs = Position.millis(reached.at(Position.slot(position)));
                oldestMs = Math.min(oldestMs, Math.max(afterMs, caughtUpAtMs));
            }
        }
        return oldestMs == Long.MAX_VALUE ? 0 : Math.max(0, time.millis() - oldestMs) / 1000.0;
    }

    private void run() {
        while (isRunning()) {
            try {
                step();
                failures = 0;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("follower {} failed; it tries again from where it was", name(), e);
                if (!pauseAfterFailure()) {
                    return;
                }
            }
        }
        try {
            keep();
        } catch (RuntimeException e) {
            LOG.warn("the cursor of follower {} could not be kept: {}", name(), e.getMessage());
        }
    }

    private void step() throws InterruptedException {
        if (cursor == null) {
            cursor = cursors.cursor(name()).orElse(Vector.ZERO);
            kept = cursor;
        }
        news.drainPermits();
        var now = journal.visible();
        if (isBehindRetention(now)) {
            LOG.warn(
                    "the journal no longer holds what follower {} has missed: it rebuilds", name());
            follower.rebuild().rebuildFrom(now);
            cursor = now;
            keep();
            return;
        }
        var entries = cursor.covers(now)
                ? List.<JournalEntry>of()
                : journal.read(cursor, now, Follower.BATCH_MAX);
        if (!entries.isEmpty()) {
            follower.reader().read(entries);
        }
        cursor = advance(cursor, now, entries);
        boolean caughtUp = cursor.covers(now) && cursor.covers(journal.visible());
        if (caughtUp) {
            caughtUpAtMs = time.millis();
        }
        if (time.millis() - keptAtMs >= KEEP_EVERY_MS) {
            keep();
        }
        if (caughtUp && isRunning()) {
            news.tryAcquire(KEEP_EVERY_MS, TimeUnit.MILLISECONDS);
        }
    }

    private static Vector advance(Vector from, Vector now, List<JournalEntry> entries) {
        if (entries.size() < Follower.BATCH_MAX) {
            return from.merge(now);
        }
        var reached = from;
        for (JournalEntry entry : entries) {
            reached = reached.with(entry.position());
        }
        return reached;
    }

    /// Asks the database only for a cursor that is hours behind: retention counts in days.
    private boolean isBehindRetention(Vector now) {
        for (long position : now.positions()) {
            long reached = cursor.at(Position.slot(position));
            if (reached < position
                    && time.millis() - Position.millis(reached) > FRESH_MS
                    && reached < journal.retainedFrom()) {
                return true;
            }
        }
        return false;
    }

    private void keep() {
        keptAtMs = time.millis();
        if (cursor != null && !cursor.equals(kept)) {
            cursors.keep(name(), cursor);
            kept = cursor;
        }
    }

    private boolean pauseAfterFailure() {
        long pause = Math.min(
                PAUSE_AFTER_FAILURE_MAX_MS, PAUSE_AFTER_FAILURE_MS << Math.min(failures++, 6));
        try {
            return !stopped.await(pause, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }
}
