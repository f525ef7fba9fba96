package im.holm.platform.db;

import im.holm.platform.metrics.Metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A real PostgreSQL for tests: one server a JVM, started when first asked for, without durability;
/// a fresh database for each test class, copied from a template that was migrated once.
public final class TestPostgres {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<List<String>, String> TEMPLATES = new ConcurrentHashMap<>();

    private TestPostgres() {}

    /// Holds the server; made when the first test asks.
    private static final class Server {
        private static final EmbeddedPostgres INSTANCE = start();
    }

    /// A fresh, empty database.
    public static Database empty() {
        String name = name("test");
        try {
            Server.INSTANCE.createDatabase(name);
        } catch (PostgresFailure e) {
            throw new IllegalStateException(e);
        }
        return open(name);
    }

    /// A fresh database with the tables of these slices (`classpath:db/<slice>`).
    public static Database migrated(String... slices) {
        return open(migratedName(slices));
    }

    /// How to connect to a fresh database with the tables of these slices, for a node that
    /// opens it itself.
    public static DatabaseSettings migratedSettings(String... slices) {
        return settings(migratedName(slices));
    }

    /// How to connect to a fresh, empty database.
    public static DatabaseSettings emptySettings() {
        String name = name("test");
        try {
            Server.INSTANCE.createDatabase(name);
        } catch (PostgresFailure e) {
            throw new IllegalStateException(e);
        }
        return settings(name);
    }

    /// Opens a database of this server.
    public static Database open(DatabaseSettings settings) {
        return switch (Database.open(settings, "test", new Metrics())) {
            case DatabaseOutcome.Opened(Database database) -> database;
            case DatabaseOutcome.Unreachable(String reason) ->
                throw new IllegalStateException(reason);
        };
    }

    private static String migratedName(String... slices) {
        String template = TEMPLATES.computeIfAbsent(List.of(slices), TestPostgres::template);
        String name = name("test");
        try {
            Server.INSTANCE.copyDatabase(template, name);
        } catch (PostgresFailure e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    private static String template(List<String> slices) {
        String name = name("template");
        try {
            Server.INSTANCE.createDatabase(name);
        } catch (PostgresFailure e) {
            throw new IllegalStateException(e);
        }
        try (Database database = open(name)) {
            switch (Migrations.run(database, slices, 1)) {
                case MigrationOutcome.Migrated _ -> {}
                case MigrationOutcome.SchemaTooNew newer ->
                    throw new IllegalStateException(newer.toString());
                case MigrationOutcome.Failed(String reason) ->
                    throw new IllegalStateException(reason);
            }
        }
        return name;
    }

    private static Database open(String name) {
        return open(settings(name));
    }

    private static DatabaseSettings settings(String name) {
        return new DatabaseSettings(
                Server.INSTANCE.settings(name).jdbcUrl(),
                Server.INSTANCE.settings(name).username(),
                Server.INSTANCE.settings(name).password(),
                8,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }

    private static String name(String kind) {
        return kind + "_" + NUMBER.incrementAndGet();
    }

    private static EmbeddedPostgres start() {
        try {
            Path directory = Files.createTempDirectory("holm-test-postgres");
            EmbeddedOptions options = new EmbeddedOptions(
                    directory.resolve("postgres"), EmbeddedOptions.in(directory).binaries(), false);
            return switch (EmbeddedPostgres.start(options)) {
                case EmbeddedOutcome.Started(EmbeddedPostgres server) -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, directory)));
                    yield server;
                }
                case EmbeddedOutcome.NotStarted(String reason) ->
                    throw new IllegalStateException(reason);
            };
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void stop(EmbeddedPostgres server, Path directory) {
        server.close();
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // What stays lies in the system's temporary directory.
        }
    }
}
