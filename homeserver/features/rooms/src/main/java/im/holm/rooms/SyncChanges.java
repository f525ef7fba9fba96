package im.holm.rooms;

import im.holm.engine.Inboxes;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which rooms have something new between two cuts, as the user's inbox or else the journal tells:
/// the rooms of a user need not be looked at one by one at each sync.
///
/// @param all whether that is not known, and every room has to be looked at
/// @param rooms numbers of rooms with new or changed events or state
/// @param receipts numbers of rooms with new receipts
/// @param accountData whether the user has new account data
record SyncChanges(boolean all, Set<Long> rooms, Set<Long> receipts, boolean accountData) {

    /// With more facts than this between the cuts all rooms are looked at.
    private static final int FACTS_MAX = 1000;

    private static final SyncChanges ALL = new SyncChanges(true, Set.of(), Set.of(), true);

    /// @param since empty for everything
    static SyncChanges between(
            Journal journal, Inboxes inboxes, long userNid, Optional<Vector> since, Vector to) {
        if (since.isEmpty()) {
            return ALL;
        }
        Optional<List<JournalEntry>> inbox = inboxes.after(userNid, since.get());
        return inbox.isPresent()
                ? of(inbox.get(), userNid)
                : inJournal(journal, userNid, since.get(), to);
    }

    private static SyncChanges inJournal(Journal journal, long userNid, Vector since, Vector to) {
        if (isBelow(since, journal.retainedFrom())) {
            return ALL;
        }
        List<JournalEntry> entries = journal.read(since, to, FACTS_MAX);
        return entries.size() == FACTS_MAX ? ALL : of(entries, userNid);
    }

    private static boolean isBelow(Vector cut, long retainedFrom) {
        for (long position : cut.positions()) {
            if (position < retainedFrom) {
                return true;
            }
        }
        return cut.positions().length == 0;
    }

    private static SyncChanges of(List<JournalEntry> entries, long userNid) {
        Set<Long> rooms = new HashSet<>();
        Set<Long> receipts = new HashSet<>();
        boolean accountData = false;
        for (JournalEntry entry : entries) {
            var fact = entry.fact();
            switch (fact.kind()) {
                case EVENT, EVENT_CHANGED, STATE_CHANGED -> rooms.add(fact.scope());
                case RECEIPT -> receipts.add(fact.scope());
                // A private receipt is one's own data of a room.
                case ACCOUNT_DATA -> {
                    if (fact.scope() == userNid) {
                        accountData = true;
                        receipts.add(fact.ref());
                    }
                }
                case OUT_OF_BAND_MEMBERSHIP, TO_DEVICE, DEVICE_LIST, PROFILE -> {}
            }
        }
        return new SyncChanges(false, rooms, receipts, accountData);
    }

    boolean mayConcern(long roomNid) {
        return all || rooms.contains(roomNid) || receipts.contains(roomNid);
    }

    /// Those of the rooms whose receipts have to be read.
    List<Long> withReceipts(Set<Long> joined) {
        return joined.stream().filter(room -> all || receipts.contains(room)).toList();
    }
}
