package im.holm.store;

import im.holm.journal.JournalStore.Written;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/// What an exception of the database means for a transaction (PostgreSQL's appendix "Error Codes").
final class DatabaseTrouble {

    /// Serialization failure, deadlock, lock not available.
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "55P03");

    /// A read-only database; a statement that took longer than it may.
    private static final Set<String> DOWN = Set.of("25006", "57014");

    /// Connection exceptions; shutdowns; no resources; system errors; damaged data.
    private static final Set<String> DOWN_CLASSES = Set.of("08", "53", "58", "XX");

    private static final String SHUTDOWNS = "57P";

    private DatabaseTrouble() {}

    /// What became of a transaction that ended with this exception.
    ///
    /// @param commitSent whether COMMIT was on its way: then a lost connection tells nothing
    static Written of(RuntimeException failure, boolean commitSent) {
        var sql = sqlException(failure);
        if (sql.isEmpty()) {
            return new Written.Offended(reason(failure));
        }
        String state = sql.get().getSQLState();
        String reason = reason(sql.get());
        if (isConnectionLost(state)) {
            return commitSent ? new Written.InDoubt(reason) : new Written.Down(reason);
        }
        if (CONFLICTS.contains(state)) {
            return new Written.Conflict(reason);
        }
        if (DOWN_CLASSES.contains(state.substring(0, 2)) || DOWN.contains(state)) {
            return new Written.Down(reason);
        }
        return new Written.Offended(reason);
    }

    static String reason(Throwable failure) {
        var message = sqlException(failure).map(Throwable::getMessage).orElse(failure.toString());
        return String.valueOf(message).lines().findFirst().orElse("no reason given");
    }

    private static boolean isConnectionLost(String state) {
        return state == null
                || state.length() < 5
                || state.startsWith("08")
                || state.startsWith(SHUTDOWNS);
    }

    private static Optional<SQLException> sqlException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }
}
