package im.holm.platform.db;

/// What came of opening a database.
public sealed interface DatabaseOutcome {
    record Opened(Database database) implements DatabaseOutcome {}

    /// Nobody answers there, the password is wrong, the database does not exist: one line that
    /// says which.
    record Unreachable(String reason) implements DatabaseOutcome {}
}
