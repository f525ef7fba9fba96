package im.holm.platform.db;

import java.time.Duration;
import java.util.Optional;

/// Where the database is and how many connections may be open to it.
///
/// @param jdbcUrl `jdbc:postgresql://host:5432/holm`
/// @param poolMax connections at most; a transaction that waits longer than `acquireTimeout` for
/// one fails
/// @param acquireTimeout also how long the first connection may take at start
/// @param statementTimeout the server cancels a statement that runs longer
public record DatabaseSettings(
        String jdbcUrl,
        Optional<String> username,
        Optional<String> password,
        int poolMax,
        Duration acquireTimeout,
        Duration statementTimeout) {
    public static final int POOL_MAX = 16;

    public DatabaseSettings {
        if (poolMax < 1) {
            throw new IllegalArgumentException("a pool needs a connection");
        }
    }

    public static DatabaseSettings of(String jdbcUrl, String username, String password) {
        return new DatabaseSettings(
                jdbcUrl,
                Optional.of(username),
                Optional.of(password),
                POOL_MAX,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }

    public DatabaseSettings withPoolMax(int max) {
        return new DatabaseSettings(
                jdbcUrl, username, password, max, acquireTimeout, statementTimeout);
    }

    /// How long a server may say nothing to a statement before the connection is given up:
    /// longer than the server lets it run, so that what is meant is a server that hangs.
    long silenceMaxSeconds() {
        return Math.ceilDiv(statementTimeout.toMillis() * 3 / 2, 1_000);
    }

    @Override
    public String toString() {
        return jdbcUrl + " as " + username.orElse("the default user");
    }
}
