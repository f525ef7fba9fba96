package im.holm.node;

import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.config.Settings.DatabaseDurability;
import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseOutcome;
import im.holm.platform.db.DatabaseSettings;
import im.holm.platform.db.DurabilityCheck;
import im.holm.platform.db.DurabilityVerdict;
import im.holm.platform.db.EmbeddedOptions;
import im.holm.platform.db.EmbeddedOutcome;
import im.holm.platform.db.EmbeddedPostgres;
import im.holm.platform.db.MigrationOutcome;
import im.holm.platform.db.Migrations;
import im.holm.platform.metrics.Metrics;
import im.holm.slice.assembly.StartRefused;
import im.holm.slice.assembly.Teardown;

import java.time.Duration;

/// Opens the database: embedded or not, safe enough, with the tables that this version needs.
final class StorageStart {

    /// Raised whenever an older Holm could not work with the tables any more.
    private static final int SCHEMA_VERSION = 1;

    private static final Duration ACQUIRE = Duration.ofSeconds(10);
    private static final Duration STATEMENT = Duration.ofSeconds(30);

    private final Config config;
    private final Metrics metrics;
    private final Teardown teardown;
    private final boolean unsafeAllowed;
    private boolean unsafe;

    StorageStart(Config config, Metrics metrics, Teardown teardown) {
        this.config = config;
        this.metrics = metrics;
        this.teardown = teardown;
        this.unsafeAllowed = config.get(Settings.DATABASE_DURABILITY) == DatabaseDurability.UNSAFE;
    }

    Database open() throws StartRefused {
        DatabaseSettings settings = config.get(Settings.DATABASE_URL).equals("embedded")
                ? embedded().settings()
                : external();
        Database database = switch (Database.open(settings, "holm", metrics)) {
            case DatabaseOutcome.Opened(Database opened) -> teardown.add("database", opened);
            case DatabaseOutcome.Unreachable(String reason) ->
                throw new StartRefused("the database cannot be used (" + settings + "): " + reason);
        };
        checkDurability(database);
        migrate(database);
        return database;
    }

    /// Whether the database may lose what it has confirmed, which the operator has allowed.
    boolean unsafe() {
        return unsafe;
    }

    private EmbeddedPostgres embedded() throws StartRefused {
        var options = EmbeddedOptions.in(config.get(Settings.DATA_DIR));
        return switch (EmbeddedPostgres.start(unsafeAllowed ? options.unsafe() : options)) {
            case EmbeddedOutcome.Started(EmbeddedPostgres server) ->
                teardown.add("embedded PostgreSQL", server);
            case EmbeddedOutcome.NotStarted(String reason) ->
                throw new StartRefused("the embedded PostgreSQL does not start: " + reason);
        };
    }

    private DatabaseSettings external() {
        return new DatabaseSettings(
                config.get(Settings.DATABASE_URL),
                config.get(Settings.DATABASE_USERNAME),
                config.get(Settings.DATABASE_PASSWORD),
                DatabaseSettings.POOL_MAX,
                ACQUIRE,
                STATEMENT);
    }

    private void checkDurability(Database database) throws StartRefused {
        if (DurabilityCheck.of(database) instanceof DurabilityVerdict.Unsafe(var reasons)) {
            if (!unsafeAllowed) {
                throw new StartRefused("the database may lose what it has confirmed: "
                        + String.join("; ", reasons)
                        + " (database.durability: unsafe allows it, for tests)");
            }
            unsafe = true;
        }
    }

    private void migrate(Database database) throws StartRefused {
        switch (Migrations.run(database, Composition.MIGRATIONS, SCHEMA_VERSION)) {
            case MigrationOutcome.Migrated _ -> {}
            case MigrationOutcome.SchemaTooNew(int found, int supported) ->
                throw new StartRefused("the database was written by a newer Holm (schema " + found
                        + ", this one reads up to " + supported + "): run that version");
            case MigrationOutcome.Failed(String reason) ->
                throw new StartRefused("the tables could not be brought up to date: " + reason);
        }
    }
}
