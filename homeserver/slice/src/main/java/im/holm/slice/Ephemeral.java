package im.holm.slice;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Order of what lives in memory only: typing, presence. Its numbers mean nothing after a restart,
/// so a token carries [#bootId] beside them, and a token of another boot starts at 0.
public final class Ephemeral {

    private final int bootId = new SecureRandom().nextInt() & Integer.MAX_VALUE;
    private final AtomicLong sequence = new AtomicLong();

    public int bootId() {
        return bootId;
    }

    /// Takes the next number for a change that has been made.
    public long advance() {
        return sequence.incrementAndGet();
    }

    public long now() {
        return sequence.get();
    }
}
