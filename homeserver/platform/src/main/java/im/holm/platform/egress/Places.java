package im.holm.platform.egress;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Bounds concurrent requests to one destination, so that a slow one holds up only those who want
/// it. Destinations that nobody is asking for are forgotten.
final class Places {
    private final int perDestinationMax;
    private final Map<String, Entry> entries = new HashMap<>();

    Places(int perDestinationMax) {
        this.perDestinationMax = perDestinationMax;
    }

    private static final class Entry {
        private final Semaphore places;
        private int interested;

        private Entry(int places) {
            this.places = new Semaphore(places);
        }
    }

    /// Waits for a place until the deadline; whoever got one gives it back with [#leave].
    boolean enter(String destination, Deadline deadline) throws InterruptedException {
        Entry entry;
        synchronized (this) {
            entry = entries.computeIfAbsent(destination, _ -> new Entry(perDestinationMax));
            entry.interested++;
        }
        boolean entered = false;
        try {
            entered =
                    entry.places.tryAcquire(Math.max(0, deadline.leftMs()), TimeUnit.MILLISECONDS);
            return entered;
        } finally {
            if (!entered) {
                forget(destination, entry);
            }
        }
    }

    void leave(String destination) {
        Entry entry;
        synchronized (this) {
            entry = entries.get(destination);
        }
        entry.places.release();
        forget(destination, entry);
    }

    private synchronized void forget(String destination, Entry entry) {
        entry.interested--;
        if (entry.interested == 0) {
            entries.remove(destination);
        }
    }
}
