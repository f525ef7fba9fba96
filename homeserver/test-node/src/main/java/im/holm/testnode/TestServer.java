package im.holm.testnode;

import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseOutcome;
import im.holm.platform.db.DatabaseSettings;
import im.holm.platform.db.EmbeddedOptions;
import im.holm.platform.db.EmbeddedOutcome;
import im.holm.platform.db.EmbeddedPostgres;
import im.holm.platform.db.MigrationOutcome;
import im.holm.platform.db.Migrations;
import im.holm.platform.db.PostgresFailure;
import im.holm.platform.metrics.Metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The embedded PostgreSQL of a test run: one a JVM, started at first use, stopped when the JVM
/// ends. It does not flush to disk: what it holds is worth nothing after the run.
final class TestServer {
    private static final int SCHEMA_VERSION = 1;

    private static TestServer running;

    private final EmbeddedPostgres postgres;
    private final Map<List<String>, String> templates = new HashMap<>();
    private int databases;

    private TestServer(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    static synchronized TestServer get() {
        if (running == null) {
            running = start();
        }
        return running;
    }

    /// How to connect to a new database that has these slices' tables: a copy of one that was
    /// migrated once.
    synchronized DatabaseSettings newDatabase(List<String> slices) {
        try {
            String template = templates.get(slices);
            if (template == null) {
                template = migrated(slices);
                templates.put(slices, template);
            }
            String name = "test_" + databases++;
            postgres.copyDatabase(template, name);
            return postgres.settings(name);
        } catch (PostgresFailure e) {
            throw new IllegalStateException(e);
        }
    }

    void drop(DatabaseSettings settings) {
        String url = settings.jdbcUrl();
        try {
            postgres.dropDatabase(url.substring(url.lastIndexOf('/') + 1));
        } catch (PostgresFailure e) {
            throw new IllegalStateException(e);
        }
    }

    static Database open(DatabaseSettings settings) {
        return switch (Database.open(settings, "test", new Metrics())) {
            case DatabaseOutcome.Opened opened -> opened.database();
            case DatabaseOutcome.Unreachable unreachable ->
                throw new IllegalStateException(unreachable.reason());
        };
    }

    private String migrated(List<String> slices) throws PostgresFailure {
        String name = "template_" + templates.size();
        postgres.createDatabase(name);
        try (var database = open(postgres.settings(name).withPoolMax(4))) {
            var outcome = Migrations.run(database, slices, SCHEMA_VERSION);
            if (!(outcome instanceof MigrationOutcome.Migrated)) {
                throw new IllegalStateException(outcome.toString());
            }
        }
        return name;
    }

    private static TestServer start() {
        try {
            Path directory = Files.createTempDirectory("holm-test-");
            return switch (EmbeddedPostgres.start(EmbeddedOptions.in(directory).unsafe())) {
                case EmbeddedOutcome.NotStarted not ->
                    throw new IllegalStateException(not.reason());
                case EmbeddedOutcome.Started started -> {
                    var server = started.server();
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, directory)));
                    yield new TestServer(server);
                }
            };
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void stop(EmbeddedPostgres server, Path directory) {
        server.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // what stays lies in the system's temporary directory
        }
    }
}
