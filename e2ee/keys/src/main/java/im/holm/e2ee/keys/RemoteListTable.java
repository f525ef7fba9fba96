package im.holm.e2ee.keys;

import im.holm.platform.db.Database;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Table;

import java.util.Optional;

/// `remote_device_list`: devices and cross-signing keys of other servers' users.
final class RemoteListTable {

    static final Table TABLE = new Table(
            "remote_device_list",
            Table.Owner.SERVER,
            "until it is fetched again, or 30 days",
            "of users of other servers",
            "");

    private final Database database;

    RemoteListTable(Database database) {
        this.database = database;
    }

    /// @param keys `devices`, `master_key` and `self_signing_key`, as far as there are any
    /// @param fetchedPos where the journal was when the other server was asked
    record Stored(JsonObject keys, long fetchedPos, long fetchedMs, boolean stale) {}

    Optional<Stored> find(long userNid) {
        return database.read(handle -> handle.createQuery("""
                        SELECT devices, fetched_pos, fetched_ms, stale FROM remote_device_list
                        WHERE user_nid = :user""")
                .bind("user", userNid)
                .map((row, _) -> new Stored(
                        StoredJson.read(row.getBytes("devices")),
                        row.getLong("fetched_pos"),
                        row.getLong("fetched_ms"),
                        row.getBoolean("stale")))
                .findOne());
    }

    /// A change that was announced while the list was on its way leaves it stale.
    void store(long userNid, Stored list) {
        database.useTransaction(handle -> handle.createUpdate("""
                        INSERT INTO remote_device_list
                          (user_nid, fetched_pos, fetched_ms, stale, devices)
                        VALUES (:user, :pos, :ms, :stale, :devices)
                        ON CONFLICT (user_nid) DO UPDATE
                        SET fetched_pos = excluded.fetched_pos, fetched_ms = excluded.fetched_ms,
                            devices = excluded.devices,
                            stale = EXISTS (SELECT 1 FROM device_list
                                            WHERE user_nid = :user AND pos > :pos)""")
                .bind("user", userNid)
                .bind("pos", list.fetchedPos())
                .bind("ms", list.fetchedMs())
                .bind("stale", list.stale())
                .bind("devices", JsonWriter.write(list.keys()))
                .execute());
    }

    void prune(long fetchedBeforeMs) {
        database.useTransaction(handle -> handle.createUpdate(
                        "DELETE FROM remote_device_list WHERE fetched_ms < :before")
                .bind("before", fetchedBeforeMs)
                .execute());
    }
}
