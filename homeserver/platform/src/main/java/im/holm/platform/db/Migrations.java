package im.holm.platform.db;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;

import java.util.List;

/// Brings the schema up to date: each slice's scripts lie in `classpath:db/<slice>` and are named
/// `V<UTC minute>__<slice>_<what>.sql`, such as `V202611250310__rooms_receipts.sql`. Slices'
/// scripts interleave by time, and a late one still runs.
///
/// Unknown scripts in the history are accepted, so that an older node may run beside a newer one
/// while an upgrade is under way, unless the newer has raised the schema's compatibility version.
public final class Migrations {
    private static final String HISTORY = "schema_history";

    private Migrations() {}

    /// @param slices whose scripts run
    /// @param schemaVersion raised whenever an older Holm could not work with the schema any
    /// more
    public static MigrationOutcome run(Database database, List<String> slices, int schemaVersion) {
        int found = database.inTransaction(Migrations::compatibilityVersion);
        if (found > schemaVersion) {
            return new MigrationOutcome.SchemaTooNew(found, schemaVersion);
        }
        String[] locations =
                slices.stream().map(slice -> "classpath:db/" + slice).toArray(String[]::new);
        try {
            int applied = Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(database.unbounded())
                    .locations(locations)
                    .table(HISTORY)
                    .outOfOrder(true)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .validateMigrationNaming(true)
                    .failOnMissingLocations(true)
                    .ignoreMigrationPatterns("*:missing", "*:future")
                    .load()
                    .migrate()
                    .migrationsExecuted;
            database.useTransaction(handle -> handle.createUpdate(
                            "UPDATE schema_compatibility SET version = :version WHERE version < :version")
                    .bind("version", schemaVersion)
                    .execute());
            return new MigrationOutcome.Migrated(applied);
        } catch (FlywayException e) {
            return new MigrationOutcome.Failed(oneLine(e));
        }
    }

    private static int compatibilityVersion(Handle handle) {
        handle.execute("SELECT pg_advisory_xact_lock(hashtext('holm schema_compatibility'))");
        handle.execute("""
                CREATE TABLE IF NOT EXISTS schema_compatibility (
                    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
                    version int NOT NULL
                )""");
        handle.execute(
                "INSERT INTO schema_compatibility (version) VALUES (0) ON CONFLICT DO NOTHING");
        return handle.createQuery("SELECT version FROM schema_compatibility")
                .mapTo(Integer.class)
                .one();
    }

    private static String oneLine(FlywayException failure) {
        return String.join(
                " ",
                String.valueOf(failure.getMessage())
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("---"))
                        .limit(4)
                        .toList());
    }
}
