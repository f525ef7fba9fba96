package im.holm.accounts;

import im.holm.platform.db.Database;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// `account` and `registration_token`.
final class AccountTable {

    static final Table ACCOUNT = new Table(
            "account",
            Table.Owner.USER,
            "for ever: a name is never given twice",
            "password removed, deactivated",
            "SELECT localpart, admin, created_ms, deactivated_ms FROM account"
                    + " WHERE user_nid = :user_nid");

    static final Table REGISTRATION_TOKEN = new Table(
            "registration_token", Table.Owner.SERVER, "until an administrator removes it", "", "");

    private static final String COLUMNS =
            "user_nid, localpart, password, admin, created_ms, deactivated_ms";

    private final Database database;

    AccountTable(Database database) {
        this.database = database;
    }

    enum Creation {
        CREATED,
        NAME_TAKEN,
        TOKEN_SPENT
    }

    /// Makes an account; consumes a use of the registration token in the same transaction.
    Creation create(
            long userNid,
            String localpart,
            Optional<String> password,
            boolean admin,
            long nowMs,
            Optional<String> registrationToken) {
        return database.inTransaction(handle -> {
            int rows = handle.createUpdate(
                            "INSERT INTO account (user_nid, localpart, password, admin, created_ms)"
                                    + " VALUES (:nid, :localpart, :password, :admin, :now)"
                                    + " ON CONFLICT DO NOTHING")
                    .bind("nid", userNid)
                    .bind("localpart", localpart)
                    .bind("password", password.orElse(null))
                    .bind("admin", admin)
                    .bind("now", nowMs)
                    .execute();
            if (rows == 0) {
                return Creation.NAME_TAKEN;
            }
            if (registrationToken.isPresent() && !spend(handle, registrationToken.get(), nowMs)) {
                handle.rollback();
                return Creation.TOKEN_SPENT;
            }
            return Creation.CREATED;
        });
    }

    Optional<Account> byLocalpart(String localpart) {
        return database.read(handle -> handle.createQuery(
                        "SELECT " + COLUMNS + " FROM account WHERE localpart = :localpart")
                .bind("localpart", localpart)
                .map(AccountTable::account)
                .findOne());
    }

    Optional<Account> byNid(long userNid) {
        return database.read(handle -> handle.createQuery(
                        "SELECT " + COLUMNS + " FROM account WHERE user_nid = :nid")
                .bind("nid", userNid)
                .map(AccountTable::account)
                .findOne());
    }

    void setPassword(long userNid, String phc) {
        database.useTransaction(handle -> handle.createUpdate("UPDATE account SET password = :phc"
                        + " WHERE user_nid = :nid AND deactivated_ms IS NULL")
                .bind("phc", phc)
                .bind("nid", userNid)
                .execute());
    }

    /// Nobody can sign in from now on; the rooms are still to be left.
    void deactivate(long userNid, boolean erase, long nowMs) {
        database.useTransaction(handle -> handle.createUpdate(
                        "UPDATE account SET password = NULL, admin = false, parting = true,"
                                + " erase = erase OR :erase,"
                                + " deactivated_ms = coalesce(deactivated_ms, :now)"
                                + " WHERE user_nid = :nid")
                .bind("nid", userNid)
                .bind("erase", erase)
                .bind("now", nowMs)
                .execute());
    }

    /// Deactivated accounts that still are in rooms.
    List<Long> parting(int limit) {
        return database.read(handle -> handle.createQuery(
                        "SELECT user_nid FROM account WHERE parting ORDER BY user_nid LIMIT :limit")
                .bind("limit", limit)
                .mapTo(Long.class)
                .list());
    }

    void parted(long userNid) {
        database.useTransaction(handle -> handle.createUpdate(
                        "UPDATE account SET parting = false WHERE user_nid = :nid")
                .bind("nid", userNid)
                .execute());
    }

    /// @return false if there is a token of this text already
    boolean createToken(String token, OptionalLong usesMax, OptionalLong expiresMs, long nowMs) {
        return database.inTransaction(handle -> handle.createUpdate("INSERT INTO registration_token"
                                + " (token, uses_max, expires_ms, created_ms)"
                                + " VALUES (:token, :uses, :expires, :now)"
                                + " ON CONFLICT DO NOTHING")
                        .bind("token", token)
                        .bind(
                                "uses",
                                usesMax.isPresent() ? (Integer) (int) usesMax.getAsLong() : null)
                        .bind(
                                "expires",
                                expiresMs.isPresent() ? (Long) expiresMs.getAsLong() : null)
                        .bind("now", nowMs)
                        .execute()
                == 1);
    }

    /// Whether somebody could register with this token now.
    boolean isValidToken(String token, long nowMs) {
        return database.read(handle -> handle.createQuery(
                                "SELECT count(*) FROM registration_token WHERE token = :token"
                                        + " AND (uses_max IS NULL OR uses < uses_max)"
                                        + " AND (expires_ms IS NULL OR expires_ms > :now)")
                        .bind("token", token)
                        .bind("now", nowMs)
                        .mapTo(Integer.class)
                        .one())
                > 0;
    }

    private static boolean spend(Handle handle, String token, long nowMs) {
        return handle.createUpdate("UPDATE registration_token SET uses = uses + 1"
                                + " WHERE token = :token"
                                + " AND (uses_max IS NULL OR uses < uses_max)"
                                + " AND (expires_ms IS NULL OR expires_ms > :now)")
                        .bind("token", token)
                        .bind("now", nowMs)
                        .execute()
                == 1;
    }

    private static Account account(ResultSet row, StatementContext context) throws SQLException {
        long deactivatedMs = row.getLong("deactivated_ms");
        boolean active = row.wasNull();
        return new Account(
                row.getLong("user_nid"),
                row.getString("localpart"),
                Optional.ofNullable(row.getString("password")),
                row.getBoolean("admin"),
                row.getLong("created_ms"),
                active ? OptionalLong.empty() : OptionalLong.of(deactivatedMs));
    }
}
