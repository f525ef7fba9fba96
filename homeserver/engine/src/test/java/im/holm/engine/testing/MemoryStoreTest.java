package im.holm.engine.testing;

import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore;
import im.holm.journal.Journal;

import java.time.Instant;

/// The store in memory keeps the contract.
class MemoryStoreTest extends RoomStoreContract {

    private final MemoryIdentities identities = new MemoryIdentities();
    private final MemoryStore store = new MemoryStore(identities);
    private final MemoryJournal journal =
            new MemoryJournal(() -> Instant.parse("2026-11-25T00:00:00Z"));

    @Override
    protected RoomStore store() {
        return store;
    }

    @Override
    protected Journal journal() {
        return journal;
    }

    @Override
    protected Identities identities() {
        return identities;
    }
}
