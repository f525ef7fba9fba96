package im.holm.platform.db;

/// What came of bringing a schema up to date.
public sealed interface MigrationOutcome {
    record Migrated(int applied) implements MigrationOutcome {}

    /// A newer Holm has written this schema; this one cannot read it safely.
    record SchemaTooNew(int found, int supported) implements MigrationOutcome {}

    record Failed(String reason) implements MigrationOutcome {}
}
