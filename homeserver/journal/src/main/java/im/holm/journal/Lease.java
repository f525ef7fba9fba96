package im.holm.journal;

import java.util.Objects;

/// The right to write to a slot. Whoever claims the slot later has a higher epoch, and every commit
/// of an older one is turned down by the database: a paused or cut-off process cannot write.
///
/// @param node who holds it: the id that [NodeFile] keeps
/// @param lengthMs how long it lasts by the database's clock; every commit and renewal starts it
///     anew
public record Lease(int slot, String node, long epoch, long lengthMs) {

    public Lease {
        Objects.requireNonNull(node);
        if (slot < 0 || slot > Position.SLOT_MAX) {
            throw new IllegalArgumentException("slot " + slot);
        }
    }
}
