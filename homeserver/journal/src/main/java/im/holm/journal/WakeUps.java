package im.holm.journal;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Latches of local users who wait for something new: long polls and gateway connections.
///
/// The order that loses nothing: register, take the journal's visible vector, read, and only if
/// there was nothing wait. What was published before the registration is in the vector, what comes
/// after trips the latch.
public final class WakeUps {

    private final Map<Long, Set<Waiting>> waiting = new ConcurrentHashMap<>();

    /// Registers a waiter for what concerns this user.
    public Waiting register(long userNid) {
        var latch = new Waiting(this, userNid);
        waiting.compute(userNid, (user, latches) -> {
            var set = latches == null ? ConcurrentHashMap.<Waiting>newKeySet() : latches;
            set.add(latch);
            return set;
        });
        return latch;
    }

    /// Wakes all who wait for this user.
    public void wake(long userNid) {
        var latches = waiting.get(userNid);
        if (latches != null) {
            latches.forEach(Waiting::trip);
        }
    }

    /// Wakes everybody: when the node stops.
    public void wakeAll() {
        waiting.values().forEach(latches -> latches.forEach(Waiting::trip));
    }

    private void remove(Waiting latch) {
        waiting.computeIfPresent(latch.userNid, (user, latches) -> {
            latches.remove(latch);
            return latches.isEmpty() ? null : latches;
        });
    }

    /// One waiter. Close it when done, or the latch stays registered.
    public static final class Waiting implements AutoCloseable {

        private final WakeUps owner;
        private final long userNid;
        private volatile CountDownLatch latch = new CountDownLatch(1);
        private volatile boolean ended;

        private Waiting(WakeUps owner, long userNid) {
            this.owner = owner;
            this.userNid = userNid;
        }

        /// Forgets earlier wake-ups: call it before reading again.
        public void reset() {
            latch = new CountDownLatch(1);
        }

        /// Waits until woken.
        ///
        /// @return false if the time ran out first, or the waiting was ended
        public boolean await(Duration timeout) throws InterruptedException {
            return !ended && latch.await(timeout.toMillis(), TimeUnit.MILLISECONDS) && !ended;
        }

        /// Ends this waiting for good, from any thread: whoever waits is gone, or the node
        /// stops.
        public void end() {
            ended = true;
            trip();
        }

        private void trip() {
            latch.countDown();
        }

        @Override
        public void close() {
            owner.remove(this);
        }
    }
}
