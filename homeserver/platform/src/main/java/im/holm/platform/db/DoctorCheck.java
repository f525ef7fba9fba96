package im.holm.platform.db;

import org.jdbi.v3.core.Handle;

import java.util.List;
import java.util.Objects;

/// An invariant of a live database that `holm doctor` verifies: hot tables have no foreign keys, so
/// nothing else would notice.
///
/// @param name a sentence that is true of a healthy database
/// @param byRoom whether it is asked for one range of rooms after the other, so that neither the
/// time of a statement nor what is held in memory grows with the server
public record DoctorCheck(String name, boolean byRoom, Check check) {

    /// Violations that one question may answer with; more are not looked for.
    public static final int FINDINGS_MAX = 100;

    public DoctorCheck {
        Objects.requireNonNull(name);
        Objects.requireNonNull(check);
    }

    public interface Check {
        /// What is wrong, a line each, at most [#FINDINGS_MAX]; empty if the invariant
        /// holds.
        ///
        /// @param handle in one snapshot of the database, read-only
        List<String> run(Handle handle, Scope scope);
    }

    /// What is looked at.
    ///
    /// @param firstRoom number of the first room
    /// @param lastRoom number of the last room
    /// @param full whether everything is recomputed, not a sample
    public record Scope(long firstRoom, long lastRoom, boolean full) {}

    /// A check that looks at rooms.
    ///
    /// @param sql selects one text for each violation; `:first` and `:last` are the rooms
    public static DoctorCheck ofRooms(String name, String sql) {
        return new DoctorCheck(
                name,
                true,
                (handle, scope) -> handle.createQuery(limited(sql))
                        .bind("first", scope.firstRoom())
                        .bind("last", scope.lastRoom())
                        .mapTo(String.class)
                        .list());
    }

    /// A check of the server as a whole.
    ///
    /// @param sql selects one text for each violation
    public static DoctorCheck ofServer(String name, String sql) {
        return new DoctorCheck(
                name,
                false,
                (handle, _) ->
                        handle.createQuery(limited(sql)).mapTo(String.class).list());
    }

    private static String limited(String sql) {
        return "SELECT * FROM (" + sql + ") AS violation LIMIT " + FINDINGS_MAX;
    }
}
