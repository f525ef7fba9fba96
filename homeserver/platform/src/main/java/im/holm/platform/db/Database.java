package im.holm.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool;

import im.holm.platform.metrics.Metrics;

import io.micrometer.core.instrument.FunctionCounter;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.postgresql.ds.PGSimpleDataSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;

import javax.sql.DataSource;

/// A bounded pool of connections to one PostgreSQL database.
///
/// Blocking and safe for any number of virtual threads: more than [DatabaseSettings#poolMax()] wait
/// their turn.
public final class Database implements AutoCloseable {
    private final HikariDataSource pool;
    private final DatabaseSettings settings;
    private final Jdbi jdbi;

    private final LongAdder uses = new LongAdder();

    private Database(HikariDataSource pool, DatabaseSettings settings, Metrics metrics) {
        this.pool = pool;
        this.settings = settings;
        FunctionCounter.builder("holm.database.uses", uses, LongAdder::sum)
                .description("times that something was asked of the database")
                .register(metrics.registry());
        this.jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin());
    }

    /// Opens the pool and takes one connection to see that the database is there.
    public static DatabaseOutcome open(DatabaseSettings settings, String name, Metrics metrics) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(settings.jdbcUrl());
        settings.username().ifPresent(config::setUsername);
        settings.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(settings.poolMax());
        config.setMinimumIdle(Math.min(2, settings.poolMax()));
        config.setConnectionTimeout(settings.acquireTimeout().toMillis());
        config.setValidationTimeout(Math.min(5_000, settings.acquireTimeout().toMillis()));
        config.setInitializationFailTimeout(1);
        config.setAutoCommit(true);
        config.addDataSourceProperty("ApplicationName", "holm");
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("connectTimeout", "10");
        config.addDataSourceProperty("socketTimeout", Long.toString(settings.silenceMaxSeconds()));
        config.addDataSourceProperty(
                "options", "-c statement_timeout=" + settings.statementTimeout().toMillis());
        config.setExceptionOverride(new ReadOnlyIsForeign());
        config.setMetricRegistry(metrics.registry());
        try {
            return new DatabaseOutcome.Opened(
                    new Database(new HikariDataSource(config), settings, metrics));
        } catch (HikariPool.PoolInitializationException e) {
            return new DatabaseOutcome.Unreachable(reason(e));
        }
    }

    /// Runs a reading step on one connection, each statement in its own snapshot.
    public <T> T read(Step<T> step) {
        uses.increment();
        try (Handle handle = jdbi.open()) {
            return step.run(handle);
        }
    }

    /// Runs a reading step in one snapshot (REPEATABLE READ, read-only).
    public <T> T snapshot(Step<T> step) {
        uses.increment();
        try (Handle handle = jdbi.open()) {
            handle.setReadOnly(true);
            try {
                return handle.inTransaction(
                        org.jdbi.v3.core.transaction.TransactionIsolationLevel.REPEATABLE_READ,
                        step::run);
            } finally {
                handle.setReadOnly(false);
            }
        }
    }

    /// Runs a step in one transaction (READ COMMITTED): committed when it returns, rolled back
    /// when it throws.
    public <T> T inTransaction(Step<T> step) {
        uses.increment();
        try (Handle handle = jdbi.open()) {
            return handle.inTransaction(step::run);
        }
    }

    /// [#inTransaction] for a step without a result.
    public void useTransaction(Action action) {
        inTransaction(handle -> {
            action.run(handle);
            return true;
        });
    }

    /// How often something was asked of the database so far, by whatever part of the node.
    public long uses() {
        return uses.sum();
    }

    /// The pool itself, for connections with their own settings.
    public DataSource dataSource() {
        return pool;
    }

    /// Connections of their own without a statement timeout: a migration may take its time.
    DataSource unbounded() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.jdbcUrl());
        settings.username().ifPresent(source::setUser);
        settings.password().ifPresent(source::setPassword);
        source.setApplicationName("holm migrations");
        source.setConnectTimeout(10);
        return source;
    }

    /// Whether the database answers now, within the timeout.
    public boolean answers(int timeoutSeconds) {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(timeoutSeconds);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    /// What is done with a connection.
    @FunctionalInterface
    public interface Step<T> {
        T run(Handle handle);
    }

    /// What is done with a connection, without a result.
    @FunctionalInterface
    public interface Action {
        void run(Handle handle);
    }

    /// A connection that has become read-only leads to a server that has handed over to another
    /// one: the next may lead to that one.
    private static final class ReadOnlyIsForeign implements SQLExceptionOverride {
        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException failure) {
            return Outage.READ_ONLY.equals(failure.getSQLState())
                    ? SQLExceptionOverride.Override.MUST_EVICT
                    : SQLExceptionOverride.Override.CONTINUE_EVICT;
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        return message.lines().findFirst().orElse("no reason given");
    }
}
