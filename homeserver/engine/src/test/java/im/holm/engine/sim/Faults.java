package im.holm.engine.sim;

import java.util.random.RandomGenerator;

/// How often what goes wrong. Each run has its own mixture, so that some are calm and some are
/// not; a healed world has none.
final class Faults {

    enum CommitFault {
        NONE,
        DATABASE_DOWN,
        SLOT_LOST,
        IN_DOUBT,
        CRASH_BEFORE,
        CRASH_AFTER
    }

    private final RandomGenerator random;
    private final double commit;
    private final double loss;
    private final double doubling;
    private final double disorder;
    private final int delayMsMax;
    private boolean healed;

    Faults(RandomGenerator random) {
        this.random = random;
        this.commit = random.nextDouble() * 0.08;
        this.loss = random.nextDouble() * 0.3;
        this.doubling = random.nextDouble() * 0.2;
        this.disorder = random.nextDouble() * 0.2;
        this.delayMsMax = 10 + random.nextInt(4_000);
    }

    void heal() {
        healed = true;
    }

    boolean healed() {
        return healed;
    }

    CommitFault commit() {
        if (healed || random.nextDouble() >= commit) {
            return CommitFault.NONE;
        }
        CommitFault[] all = CommitFault.values();
        return all[1 + random.nextInt(all.length - 1)];
    }

    /// Whether a message is lost.
    boolean loses() {
        return !healed && random.nextDouble() < loss;
    }

    /// Whether a message comes twice.
    boolean doubles() {
        return !healed && random.nextDouble() < doubling;
    }

    /// Whether the parts of a message come in another order.
    boolean mixes() {
        return !healed && random.nextDouble() < disorder;
    }

    long delayMs() {
        return 1 + random.nextInt(healed ? 20 : delayMsMax);
    }
}
