package im.holm.platform.db;

/// What came of starting the embedded PostgreSQL.
public sealed interface EmbeddedOutcome {
    record Started(EmbeddedPostgres server) implements EmbeddedOutcome {}

    record NotStarted(String reason) implements EmbeddedOutcome {}
}
