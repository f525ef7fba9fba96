package im.holm.journal;

/// Where a fact stands in the journal: a hybrid logical clock reading of one writer.
///
/// Layout, from the highest bit: 43 bits of milliseconds since [#EPOCH_MS], 12 bits of counter, 8
/// bits of writer slot. Positions of one slot are strictly increasing and never reused, not after a
/// failover and not after a restore, since the clock has moved on. Positions of different slots
/// compare to the accuracy of their clocks: good enough for sorting, never used for correctness.
public final class Position {

    /// 2026-01-01T00:00:00Z.
    public static final long EPOCH_MS = 1_767_225_600_000L;

    /// Distance between two neighbouring positions of one slot.
    public static final long TICK = 1L << 8;

    /// Slots are 0 to this number, inclusive.
    public static final int SLOT_MAX = 255;

    private static final int MILLIS_SHIFT = 20;

    private Position() {}

    /// The first position of `slot` at `atMs` (milliseconds since 1970). Earlier than the epoch
    /// counts as the epoch: a clock that is wrong by years must not give a negative position.
    public static long first(long atMs, int slot) {
        if (slot < 0 || slot > SLOT_MAX) {
            throw new IllegalArgumentException("slot " + slot + " is not in 0.." + SLOT_MAX);
        }
        return Math.max(0, atMs - EPOCH_MS) << MILLIS_SHIFT | slot;
    }

    /// The first of `count` new positions of `slot`, the rest following in steps of [#TICK]:
    /// after `last` and not before `nowMs`.
    public static long next(long last, long nowMs, int slot) {
        return Math.max(last + TICK, first(nowMs, slot));
    }

    public static int slot(long position) {
        return (int) (position & SLOT_MAX);
    }

    /// Milliseconds since 1970 at which the position was given out, to the accuracy of that
    /// writer's clock.
    public static long millis(long position) {
        return (position >>> MILLIS_SHIFT) + EPOCH_MS;
    }
}
