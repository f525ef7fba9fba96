package im.holm.journal;

import java.nio.file.Path;

/// What came of starting the journal. All but `Started` end the process: each is one line for the
/// operator.
public sealed interface JournalStart {

    record Started(Committer journal) implements JournalStart {}

    /// Another process writes to this database, and clustering is not enabled.
    record Occupied(String node) implements JournalStart {}

    /// Another process runs on this data directory.
    record FolderInUse(Path file) implements JournalStart {}

    /// The file with the highest position cannot be used.
    record FolderUnusable(Path file, String reason) implements JournalStart {}

    /// The computer's clock is behind what was written before; positions would be given out
    /// twice or run ahead of time for as long.
    record ClockBehind(long highestMs, long nowMs) implements JournalStart {}

    record DatabaseDown(String reason) implements JournalStart {}

    /// One line that says what is wrong and what to do.
    default String line() {
        return switch (this) {
            case Started started -> "the journal has started";
            case Occupied occupied ->
                "another Holm process (node " + occupied.node()
                        + ") writes to this database: stop it first";
            case FolderInUse inUse ->
                "another Holm process uses this data directory: " + inUse.file() + " is locked";
            case FolderUnusable unusable -> unusable.file() + ": " + unusable.reason();
            case ClockBehind behind ->
                "the clock is "
                        + (behind.highestMs() - behind.nowMs()) / 1000
                        + " s behind what this server wrote before: set the clock, start again";
            case DatabaseDown down -> "the database does not answer: " + down.reason();
        };
    }
}
