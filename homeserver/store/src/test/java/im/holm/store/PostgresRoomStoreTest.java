package im.holm.store;

import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore;
import im.holm.engine.testing.RoomStoreContract;
import im.holm.journal.Journal;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// The store on PostgreSQL keeps the contract that the one in memory keeps.
class PostgresRoomStoreTest extends RoomStoreContract {
    @TempDir
    static Path dataDir;

    private static RoomFixture fixture;

    @BeforeAll
    static void open() {
        fixture = new RoomFixture(dataDir);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Override
    protected RoomStore store() {
        return fixture.rooms;
    }

    @Override
    protected Journal journal() {
        return fixture.journal;
    }

    @Override
    protected Identities identities() {
        return fixture.identities;
    }
}
