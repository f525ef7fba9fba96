package im.holm.platform.egress;

import java.net.SocketTimeoutException;
import java.time.Duration;

/// A moment by which something must be done.
final class Deadline {
    private final long atNanos;

    private Deadline(long atNanos) {
        this.atNanos = atNanos;
    }

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    boolean hasPassed() {
        return leftMs() <= 0;
    }

    long leftMs() {
        return (atNanos - System.nanoTime()) / 1_000_000;
    }

    /// What a socket operation may take: at least 1 ms, since 0 means for ever.
    int timeoutMs(Duration max) throws SocketTimeoutException {
        long left = leftMs();
        if (left <= 0) {
            throw new SocketTimeoutException("the deadline has passed");
        }
        return (int) Math.clamp(left, 1, max.toMillis());
    }
}
