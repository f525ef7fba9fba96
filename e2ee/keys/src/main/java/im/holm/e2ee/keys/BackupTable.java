package im.holm.e2ee.keys;

import im.holm.platform.db.Database;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// `key_backup` and `key_backup_session`: room keys that a user has encrypted for themselves.
final class BackupTable {

    static final Table BACKUP = new Table(
            "key_backup",
            Table.Owner.USER,
            "as long as the account; of a deleted version its number stays",
            "deleted",
            "SELECT version, algorithm, auth_data FROM key_backup"
                    + " WHERE user_nid = :user_nid AND NOT deleted");
    static final Table SESSION = new Table(
            "key_backup_session",
            Table.Owner.USER,
            "until the user deletes it or its version",
            "deleted",
            "SELECT version, room_id, session_id, json FROM key_backup_session"
                    + " WHERE user_nid = :user_nid");

    private static final String COLUMNS = "version, algorithm, auth_data, etag, sessions";
    private static final String SCOPE = " WHERE user_nid = :user AND version = :version"
            + " AND (:room::text IS NULL OR room_id = :room)"
            + " AND (:session::text IS NULL OR session_id = :session)";

    private final Database database;

    BackupTable(Database database) {
        this.database = database;
    }

    /// @param etag changes whenever a session does
    record Version(long version, String algorithm, JsonObject authData, long etag, int sessions) {}

    /// Which sessions of a version: all, one room's, or one.
    record Scope(Optional<String> roomId, Optional<String> sessionId) {
        static final Scope ALL = new Scope(Optional.empty(), Optional.empty());
    }

    record Session(
            String roomId,
            String sessionId,
            long firstMessageIndex,
            long forwardedCount,
            boolean verified,
            JsonObject json) {

        /// Whether this one is worth more: verified before not, then from an earlier
        /// message on, then forwarded less often ("Storing the keys": the order of the
        /// checks).
        boolean isBetterThan(Session other) {
            if (verified != other.verified) {
                return verified;
            }
            if (firstMessageIndex != other.firstMessageIndex) {
                return firstMessageIndex < other.firstMessageIndex;
            }
            return forwardedCount < other.forwardedCount;
        }
    }

    /// What came of storing or deleting sessions.
    sealed interface Change {
        record Done(int sessions, long etag) implements Change {}

        record WrongVersion(long current) implements Change {}

        record NoBackup() implements Change {}

        record Full() implements Change {}
    }

    long create(long userNid, String algorithm, JsonObject authData) {
        return database.inTransaction(handle -> {
            lock(handle, userNid);
            return handle.createQuery("""
                            INSERT INTO key_backup
                              (user_nid, version, algorithm, auth_data, etag, sessions, deleted)
                            SELECT :user, coalesce(max(version), 0) + 1,
                                   :algorithm, :auth, 0, 0, false
                            FROM key_backup WHERE user_nid = :user
                            RETURNING version""")
                    .bind("user", userNid)
                    .bind("algorithm", algorithm)
                    .bind("auth", JsonWriter.write(authData))
                    .mapTo(Long.class)
                    .one();
        });
    }

    /// The version that counts.
    Optional<Version> current(long userNid) {
        return database.read(handle -> current(handle, userNid));
    }

    Optional<Version> find(long userNid, long version) {
        return database.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM key_backup"
                        + " WHERE user_nid = :user AND version = :version AND NOT deleted")
                .bind("user", userNid)
                .bind("version", version)
                .map((row, _) -> version(row))
                .findOne());
    }

    void update(long userNid, long version, JsonObject authData) {
        database.useTransaction(handle -> handle.createUpdate("UPDATE key_backup"
                        + " SET auth_data = :auth WHERE user_nid = :user AND version = :version")
                .bind("auth", JsonWriter.write(authData))
                .bind("user", userNid)
                .bind("version", version)
                .execute());
    }

    /// @return whether there is or was such a version
    boolean delete(long userNid, long version) {
        return database.inTransaction(handle -> {
            lock(handle, userNid);
            deleteSessions(handle, userNid, version, Scope.ALL);
            return handle.createUpdate("UPDATE key_backup"
                                    + " SET deleted = true, sessions = 0, auth_data = ''"
                                    + " WHERE user_nid = :user AND version = :version")
                            .bind("user", userNid)
                            .bind("version", version)
                            .execute()
                    == 1;
        });
    }

    /// Sessions in the scope, ordered by room; at most `limit`.
    List<Session> sessions(long userNid, long version, Scope scope, int limit) {
        return database.read(
                handle -> handle.createQuery("""
                        SELECT room_id, session_id, first_message_index, forwarded_count,
                               is_verified, json
                        FROM key_backup_session""" + SCOPE + " ORDER BY room_id LIMIT :limit")
                        .bind("user", userNid)
                        .bind("version", version)
                        .bind("room", scope.roomId().orElse(null))
                        .bind("session", scope.sessionId().orElse(null))
                        .bind("limit", limit)
                        .map((row, _) -> session(row))
                        .list());
    }

    /// Stores sessions that are new, or better than the ones that are there.
    ///
    /// @param max sessions of the version, at most
    Change put(long userNid, long version, List<Session> sessions, int max) {
        return database.inTransaction(handle -> {
            lock(handle, userNid);
            Optional<Version> current = current(handle, userNid);
            if (current.isEmpty()) {
                return new Change.NoBackup();
            }
            if (current.get().version() != version) {
                return new Change.WrongVersion(current.get().version());
            }
            if (current.get().sessions() + sessions.size() > max) {
                return new Change.Full();
            }
            boolean changed = false;
            for (Session session : sessions) {
                if (replaces(handle, userNid, version, session)) {
                    write(handle, userNid, version, session);
                    changed = true;
                }
            }
            return changed ? counted(handle, userNid, version) : unchanged(current.get());
        });
    }

    /// @param version need not be the present one
    Change deleteSessions(long userNid, long version, Scope scope) {
        return database.inTransaction(handle -> {
            lock(handle, userNid);
            Optional<Version> found = handle.createQuery("SELECT " + COLUMNS
                            + " FROM key_backup"
                            + " WHERE user_nid = :user AND version = :version AND NOT deleted")
                    .bind("user", userNid)
                    .bind("version", version)
                    .map((row, _) -> version(row))
                    .findOne();
            if (found.isEmpty()) {
                return new Change.NoBackup();
            }
            return deleteSessions(handle, userNid, version, scope) > 0
                    ? counted(handle, userNid, version)
                    : unchanged(found.get());
        });
    }

    /// One change of a user's backups at a time.
    private static void lock(Handle handle, long userNid) {
        handle.createQuery("SELECT pg_advisory_xact_lock(hashtextextended('key_backup', :user))")
                .bind("user", userNid)
                .mapToMap()
                .one();
    }

    private static Optional<Version> current(Handle handle, long userNid) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM key_backup"
                        + " WHERE user_nid = :user AND NOT deleted"
                        + " ORDER BY version DESC LIMIT 1")
                .bind("user", userNid)
                .map((row, _) -> version(row))
                .findOne();
    }

    private static boolean replaces(Handle handle, long userNid, long version, Session session) {
        return handle.createQuery("""
                        SELECT room_id, session_id, first_message_index, forwarded_count,
                               is_verified, json
                        FROM key_backup_session
                        WHERE user_nid = :user AND version = :version
                          AND room_id = :room AND session_id = :session""")
                .bind("user", userNid)
                .bind("version", version)
                .bind("room", session.roomId())
                .bind("session", session.sessionId())
                .map((row, _) -> session(row))
                .findOne()
                .map(session::isBetterThan)
                .orElse(true);
    }

    private static void write(Handle handle, long userNid, long version, Session session) {
        handle.createUpdate("""
                        INSERT INTO key_backup_session
                          (user_nid, version, room_id, session_id, first_message_index,
                           forwarded_count, is_verified, json)
                        VALUES (:user, :version, :room, :session, :first, :forwarded,
                                :verified, :json)
                        ON CONFLICT (user_nid, version, room_id, session_id) DO UPDATE
                        SET first_message_index = excluded.first_message_index,
                            forwarded_count = excluded.forwarded_count,
                            is_verified = excluded.is_verified, json = excluded.json""")
                .bind("user", userNid)
                .bind("version", version)
                .bind("room", session.roomId())
                .bind("session", session.sessionId())
                .bind("first", session.firstMessageIndex())
                .bind("forwarded", session.forwardedCount())
                .bind("verified", session.verified())
                .bind("json", JsonWriter.write(session.json()))
                .execute();
    }

    private static int deleteSessions(Handle handle, long userNid, long version, Scope scope) {
        return handle.createUpdate("DELETE FROM key_backup_session " + SCOPE)
                .bind("user", userNid)
                .bind("version", version)
                .bind("room", scope.roomId().orElse(null))
                .bind("session", scope.sessionId().orElse(null))
                .execute();
    }

    private static Change counted(Handle handle, long userNid, long version) {
        return handle.createQuery("""
                        UPDATE key_backup SET etag = etag + 1, sessions = (
                          SELECT count(*) FROM key_backup_session
                          WHERE user_nid = :user AND version = :version)
                        WHERE user_nid = :user AND version = :version
                        RETURNING sessions, etag""")
                .bind("user", userNid)
                .bind("version", version)
                .map((row, _) -> new Change.Done(row.getInt("sessions"), row.getLong("etag")))
                .one();
    }

    private static Change unchanged(Version version) {
        return new Change.Done(version.sessions(), version.etag());
    }

    private static Version version(ResultSet row) throws SQLException {
        return new Version(
                row.getLong("version"),
                row.getString("algorithm"),
                StoredJson.read(row.getBytes("auth_data")),
                row.getLong("etag"),
                row.getInt("sessions"));
    }

    private static Session session(ResultSet row) throws SQLException {
        return new Session(
                row.getString("room_id"),
                row.getString("session_id"),
                row.getLong("first_message_index"),
                row.getLong("forwarded_count"),
                row.getBoolean("is_verified"),
                StoredJson.read(row.getBytes("json")));
    }

    /// The number that a version's name stands for; names that were never given have none.
    static OptionalLong number(String name) {
        return !name.isEmpty()
                        && name.length() <= 18
                        && name.chars().allMatch(c -> c >= '0' && c <= '9')
                ? OptionalLong.of(Long.parseLong(name))
                : OptionalLong.empty();
    }
}
