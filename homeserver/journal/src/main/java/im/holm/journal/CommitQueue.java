package im.holm.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Units that wait for the committer: bounded, in the order of their submission.
final class CommitQueue {

    private final CommitLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Pending<?>> waiting = new ArrayDeque<>();
    /// Why nothing is taken in now.
    private Optional<CommitOutcome.Unavailable> barred = Optional.empty();
    private boolean closed;

    CommitQueue(CommitLimits limits) {
        this.limits = limits;
    }

    /// Takes a unit in, or says why not.
    Optional<CommitOutcome.Unavailable> offer(Pending<?> pending) {
        lock.lock();
        try {
            if (barred.isPresent()) {
                return barred;
            }
            if (waiting.size() >= limits.queueUnitsMax()) {
                return Optional.of(new CommitOutcome.Unavailable(
                        "too many writes are waiting", CommitLimits.RETRY_AFTER_MS));
            }
            waiting.add(pending);
            changed.signal();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// All that is ready, as far as a batch holds; the first unit whatever its weight. Waits
    /// for the first one.
    ///
    /// @return empty if nothing came in time, or the queue is closed and drained
    List<Pending<?>> take(long waitMs) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(waitMs);
            while (waiting.isEmpty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            var taken = new ArrayList<Pending<?>>(Math.min(waiting.size(), limits.batchUnitsMax()));
            long bytes = 0;
            while (!waiting.isEmpty() && taken.size() < limits.batchUnitsMax()) {
                bytes += waiting.peek().unit().weightBytes();
                if (!taken.isEmpty() && bytes > limits.batchBytesMax()) {
                    break;
                }
                taken.add(waiting.poll());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Takes nothing in until [#admit].
    ///
    /// @return what was waiting: the caller settles it
    List<Pending<?>> bar(CommitOutcome.Unavailable why) {
        lock.lock();
        try {
            if (!closed) {
                barred = Optional.of(why);
            }
            var turnedAway = List.copyOf(waiting);
            waiting.clear();
            return turnedAway;
        } finally {
            lock.unlock();
        }
    }

    void admit() {
        lock.lock();
        try {
            if (!closed) {
                barred = Optional.empty();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes nothing in any more; what is waiting can still be taken.
    void close(CommitOutcome.Unavailable why) {
        lock.lock();
        try {
            closed = true;
            barred = Optional.of(why);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for so long, or until the queue is closed.
    void pause(long pauseMs) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(pauseMs);
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isDrained() {
        lock.lock();
        try {
            return closed && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
