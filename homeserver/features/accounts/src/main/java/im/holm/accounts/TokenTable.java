package im.holm.accounts;

import im.holm.platform.db.Database;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/// `access_token` and `refresh_token`.
///
/// A refresh leaves the old refresh token valid until one of the new tokens is used (client-server
/// API, "Refreshing access tokens"): the new ones name it as their parent, and their first use
/// removes it.
final class TokenTable {

    static final Table ACCESS_TOKEN = new Table(
            "access_token",
            Table.Owner.USER,
            "until it expires, is refreshed or logged out",
            "deleted",
            "SELECT device_nid, created_ms, expires_ms FROM access_token"
                    + " WHERE user_nid = :user_nid");

    static final Table REFRESH_TOKEN = new Table(
            "refresh_token",
            Table.Owner.USER,
            "until it is used or logged out",
            "deleted",
            "SELECT device_nid, created_ms FROM refresh_token WHERE user_nid = :user_nid");

    private static final String OWNED =
            " t JOIN device d USING (user_nid, device_nid) JOIN account a USING (user_nid)";

    private final Database database;

    TokenTable(Database database) {
        this.database = database;
    }

    /// @param expiresMs when it stops to let anybody in
    /// @param unused whether the refresh token that it came of is still valid
    record AccessRow(
            long userNid,
            String localpart,
            boolean admin,
            long deviceNid,
            String deviceId,
            OptionalLong expiresMs,
            boolean unused) {}

    record RefreshRow(long userNid, long deviceNid, boolean unused) {}

    /// @param refreshHash empty if the client did not ask for a refresh token
    record Issue(
            byte[] accessHash,
            OptionalLong expiresMs,
            Optional<byte[]> refreshHash,
            Optional<byte[]> parent,
            long nowMs) {

        Issue withParent(byte[] refreshTokenHash) {
            return new Issue(
                    accessHash, expiresMs, refreshHash, Optional.of(refreshTokenHash), nowMs);
        }
    }

    /// Signs in on a device: it is made if need be, and its earlier tokens end.
    Device signIn(long userNid, String deviceId, Optional<String> displayName, Issue issue) {
        return database.inTransaction(handle -> {
            Device device =
                    DeviceTable.obtain(handle, userNid, deviceId, displayName, issue.nowMs());
            deleteOfDevice(handle, "access_token", device);
            deleteOfDevice(handle, "refresh_token", device);
            insert(handle, userNid, device.deviceNid(), issue);
            return device;
        });
    }

    Optional<AccessRow> access(byte[] hash) {
        return database.read(handle -> handle.createQuery("SELECT t.user_nid, a.localpart, a.admin,"
                        + " t.device_nid, d.device_id, t.expires_ms, t.parent IS NOT NULL AS unused"
                        + " FROM access_token" + OWNED
                        + " WHERE t.hash = :hash AND a.deactivated_ms IS NULL")
                .bind("hash", hash)
                .map(TokenTable::accessRow)
                .findOne());
    }

    /// The first use of a refreshed access token ends what it replaced.
    void accessUsed(byte[] hash, AccessRow row) {
        database.useTransaction(
                handle -> settle(handle, "access_token", hash, row.userNid(), row.deviceNid()));
    }

    /// Gives new tokens for a refresh token.
    ///
    /// @return whose it was; empty if it is not valid (any more)
    Optional<RefreshRow> refresh(byte[] hash, Issue issue) {
        return database.inTransaction(handle -> {
            Optional<RefreshRow> found = handle.createQuery("SELECT t.user_nid, t.device_nid,"
                            + " t.parent IS NOT NULL AS unused FROM refresh_token" + OWNED
                            + " WHERE t.hash = :hash AND a.deactivated_ms IS NULL FOR UPDATE OF t")
                    .bind("hash", hash)
                    .map((row, _) -> new RefreshRow(
                            row.getLong("user_nid"),
                            row.getLong("device_nid"),
                            row.getBoolean("unused")))
                    .findOne();
            if (found.isPresent()) {
                RefreshRow row = found.get();
                settle(handle, "refresh_token", hash, row.userNid(), row.deviceNid());
                dropChildren(handle, "access_token", hash, row);
                dropChildren(handle, "refresh_token", hash, row);
                insert(handle, row.userNid(), row.deviceNid(), issue);
            }
            return found;
        });
    }

    void deleteExpired(long beforeMs) {
        database.useTransaction(
                handle -> handle.createUpdate("DELETE FROM access_token WHERE expires_ms < :before")
                        .bind("before", beforeMs)
                        .execute());
    }

    private static void insert(Handle handle, long userNid, long deviceNid, Issue issue) {
        handle.createUpdate("INSERT INTO access_token"
                        + " (hash, user_nid, device_nid, created_ms, expires_ms, parent)"
                        + " VALUES (:hash, :nid, :device, :now, :expires, :parent)")
                .bind("hash", issue.accessHash())
                .bind("nid", userNid)
                .bind("device", deviceNid)
                .bind("now", issue.nowMs())
                .bind(
                        "expires",
                        issue.expiresMs().isPresent() ? (Long) issue.expiresMs().getAsLong() : null)
                .bind("parent", issue.parent().orElse(null))
                .execute();
        issue.refreshHash()
                .ifPresent(hash -> handle.createUpdate("INSERT INTO refresh_token"
                                + " (hash, user_nid, device_nid, created_ms, parent)"
                                + " VALUES (:hash, :nid, :device, :now, :parent)")
                        .bind("hash", hash)
                        .bind("nid", userNid)
                        .bind("device", deviceNid)
                        .bind("now", issue.nowMs())
                        .bind("parent", issue.parent().orElse(null))
                        .execute());
    }

    /// The tokens of one refresh become the device's only ones.
    private static void settle(
            Handle handle, String table, byte[] hash, long userNid, long deviceNid) {
        Optional<byte[]> parent = handle.createQuery("SELECT parent FROM " + table
                        + " WHERE hash = :hash AND parent IS NOT NULL")
                .bind("hash", hash)
                .mapTo(byte[].class)
                .findOne();
        if (parent.isEmpty()) {
            return;
        }
        for (String tokens : new String[] {"access_token", "refresh_token"}) {
            handle.createUpdate("DELETE FROM " + tokens + " WHERE user_nid = :nid"
                            + " AND device_nid = :device AND parent IS DISTINCT FROM :parent")
                    .bind("nid", userNid)
                    .bind("device", deviceNid)
                    .bind("parent", parent.get())
                    .execute();
            handle.createUpdate("UPDATE " + tokens + " SET parent = NULL"
                            + " WHERE user_nid = :nid AND device_nid = :device")
                    .bind("nid", userNid)
                    .bind("device", deviceNid)
                    .execute();
        }
    }

    private static void dropChildren(Handle handle, String table, byte[] parent, RefreshRow row) {
        handle.createUpdate("DELETE FROM " + table + " WHERE user_nid = :nid"
                        + " AND device_nid = :device AND parent = :parent")
                .bind("nid", row.userNid())
                .bind("device", row.deviceNid())
                .bind("parent", parent)
                .execute();
    }

    private static void deleteOfDevice(Handle handle, String table, Device device) {
        handle.createUpdate(
                        "DELETE FROM " + table + " WHERE user_nid = :nid AND device_nid = :device")
                .bind("nid", device.userNid())
                .bind("device", device.deviceNid())
                .execute();
    }

    private static AccessRow accessRow(ResultSet row, StatementContext context)
            throws SQLException {
        long expiresMs = row.getLong("expires_ms");
        boolean stays = row.wasNull();
        return new AccessRow(
                row.getLong("user_nid"),
                row.getString("localpart"),
                row.getBoolean("admin"),
                row.getLong("device_nid"),
                row.getString("device_id"),
                stays ? OptionalLong.empty() : OptionalLong.of(expiresMs),
                row.getBoolean("unused"));
    }
}
