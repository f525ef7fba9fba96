package im.holm.testnode;

import com.zaxxer.hikari.HikariDataSource;

import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseSettings;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/// A fresh database on a real PostgreSQL, with the tables of the store and of chosen slices: one
/// a test class, about 50 ms each, the first of a run 2 to 4 seconds.
///
/// Closing it fails when a connection was not given back.
public final class TestDatabase implements AutoCloseable {
    private static final String STORE = "store";
    private static final int CONNECTIONS_MAX = 8;

    private final DatabaseSettings settings;
    private final Database database;

    private TestDatabase(DatabaseSettings settings) {
        this.settings = settings;
        this.database = TestServer.open(settings);
    }

    /// @param slices whose tables there are, beside the store's
    public static TestDatabase with(String... slices) {
        return new TestDatabase(fresh(slices));
    }

    /// How to connect to a fresh database, for a node that opens it itself.
    ///
    /// @param slices whose tables there are, beside the store's
    public static DatabaseSettings fresh(String... slices) {
        List<String> all = Stream.concat(Stream.of(STORE), Stream.of(slices)).toList();
        return TestServer.get().newDatabase(all).withPoolMax(CONNECTIONS_MAX);
    }

    public Database database() {
        return database;
    }

    /// How to connect to it once more.
    public DatabaseSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        int lent = lent();
        database.close();
        TestServer.get().drop(settings);
        if (lent > 0) {
            throw new AssertionError(lent + " connections were not given back");
        }
    }

    private int lent() {
        try {
            return database.dataSource()
                    .unwrap(HikariDataSource.class)
                    .getHikariPoolMXBean()
                    .getActiveConnections();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
