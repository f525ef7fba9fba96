package im.holm.journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/// A unit on its way through the committer. Its outcome is decided once and then told: first to the
/// listener, later, when all can see it, to who waits for the ticket.
final class Pending<R> implements CommitTicket {

    private static final Logger LOG = LoggerFactory.getLogger(Pending.class);

    private final Unit<R> unit;
    private final CountDownLatch told = new CountDownLatch(1);
    private CommitOutcome outcome;
    /// What the ticket says if it could not wait for the outcome.
    private volatile CommitOutcome early;
    private boolean listenerTold;

    Pending(Unit<R> unit) {
        this.unit = unit;
    }

    Unit<R> unit() {
        return unit;
    }

    /// On the committer's thread, or before anybody else knows of the unit.
    void decide(CommitOutcome decided) {
        if (outcome != null) {
            throw new IllegalStateException("decided twice: " + outcome + ", " + decided);
        }
        outcome = Objects.requireNonNull(decided);
    }

    boolean isOpen() {
        return outcome == null;
    }

    /// Tells the listener, once.
    void tellListener() {
        if (listenerTold) {
            return;
        }
        listenerTold = true;
        try {
            unit.listener().settled(outcome);
        } catch (RuntimeException e) {
            LOG.error("a commit listener failed", e);
        }
    }

    void release() {
        told.countDown();
    }

    /// Lets go of who waits for the ticket while the outcome is not known: the listener will be
    /// told what became of it, whenever that is.
    void releaseEarly(CommitOutcome.Unavailable meanwhile) {
        early = meanwhile;
        told.countDown();
    }

    @Override
    public CommitOutcome await() {
        boolean interrupted = false;
        while (true) {
            try {
                told.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // what happens to the unit cannot be called off: wait for it
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return early == null ? outcome : early;
    }
}
