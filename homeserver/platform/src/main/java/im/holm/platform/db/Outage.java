package im.holm.platform.db;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/// Tells a database that cannot be used now from one that was asked something wrong (PostgreSQL's
/// appendix "Error Codes").
public final class Outage {

    static final String READ_ONLY = "25006";

    /// A read-only database; a statement that took longer than it may; serialization failure,
    /// deadlock, lock not available.
    private static final Set<String> STATES = Set.of(READ_ONLY, "57014", "40001", "40P01", "55P03");

    /// Connection exceptions; shutdowns; no resources; system errors.
    private static final Set<String> CLASSES = Set.of("08", "53", "58");

    private static final String SHUTDOWNS = "57P";

    private Outage() {}

    /// Whether the same may succeed when it is asked again later. A pool without a free
    /// connection is one too. Causes are not looked at.
    public static boolean is(Throwable failure) {
        return failure instanceof SQLException exception && is(exception);
    }

    private static boolean is(SQLException failure) {
        String state = failure.getSQLState();
        return failure instanceof SQLTransientConnectionException
                || state != null
                        && (STATES.contains(state)
                                || state.startsWith(SHUTDOWNS)
                                || state.length() == 5 && CLASSES.contains(state.substring(0, 2)));
    }
}
