package im.holm.rooms;

import com.github.benmanes.caffeine.cache.Cache;

import im.holm.journal.Fact;
import im.holm.journal.JournalEntry;
import im.holm.slice.Kernel;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/// Up to where local users have read rooms: those asked for lately in memory, the others from their
/// table.
final class ReadPositions {

    private static final double SHARE = 0.02;
    private static final int POSITION_BYTES = 72;

    private final ReceiptTable table;
    private final Cache<Place, OptionalLong> known;
    /// Counts new receipts, so that what was read before one is not kept after it.
    private final AtomicLong changes = new AtomicLong();

    private record Place(long roomNid, long userNid) {}

    ReadPositions(Kernel kernel, ReceiptTable table) {
        this.table = table;
        this.known = kernel.caches()
                .weighed("read_positions", SHARE, (Place _, OptionalLong _) -> POSITION_BYTES);
        kernel.journal().watch((entries, _) -> forget(entries));
    }

    /// Timeline key up to which the user has read the room; empty if there is no receipt.
    OptionalLong of(long roomNid, long userNid) {
        var place = new Place(roomNid, userNid);
        OptionalLong position = known.getIfPresent(place);
        if (position != null) {
            return position;
        }
        long before = changes.get();
        OptionalLong read = table.readUpTo(roomNid, userNid);
        if (changes.get() == before) {
            known.put(place, read);
            if (changes.get() != before) {
                known.invalidate(place);
            }
        }
        return read;
    }

    /// On the committer's thread. A private receipt is a fact of its user, about a room.
    private void forget(List<JournalEntry> entries) {
        for (JournalEntry entry : entries) {
            Fact fact = entry.fact();
            switch (fact.kind()) {
                case RECEIPT -> forget(new Place(fact.scope(), fact.ref()));
                case ACCOUNT_DATA -> forget(new Place(fact.ref(), fact.scope()));
                case EVENT,
                        EVENT_CHANGED,
                        STATE_CHANGED,
                        OUT_OF_BAND_MEMBERSHIP,
                        TO_DEVICE,
                        DEVICE_LIST,
                        PROFILE -> {}
            }
        }
    }

    private void forget(Place place) {
        changes.incrementAndGet();
        known.invalidate(place);
    }
}
