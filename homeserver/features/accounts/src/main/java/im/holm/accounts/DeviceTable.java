package im.holm.accounts;

import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;
import im.holm.slice.DeviceLifecycle;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// `device`, and what a device's removal takes with it: `access_token` and `refresh_token`.
final class DeviceTable {

    static final Table DEVICE = new Table(
            "device",
            Table.Owner.USER,
            "until logged out or removed",
            "deleted",
            "SELECT device_id, display_name, created_ms, last_seen_ms FROM device"
                    + " WHERE user_nid = :user_nid");

    private static final String COLUMNS =
            "user_nid, device_nid, device_id, display_name, last_seen_ms";

    private final Database database;
    private final Supplier<List<DeviceLifecycle>> lifecycles;
    private final UnitWriter<Change> changes = this::write;

    /// @param lifecycles of all slices; asked for with each change
    DeviceTable(Database database, Supplier<List<DeviceLifecycle>> lifecycles) {
        this.database = database;
        this.lifecycles = lifecycles;
    }

    /// What is written together with a `DEVICE_LIST` fact.
    sealed interface Change {
        /// Removes devices with all that lets somebody in through them.
        record Removed(long userNid, long[] deviceNids) implements Change {}

        record Renamed(long userNid, long deviceNid, Optional<String> displayName)
                implements Change {}
    }

    UnitWriter<Change> changes() {
        return changes;
    }

    /// The device of this id, made if there is none; its name stays if there was one.
    static Device obtain(
            Handle handle, long userNid, String deviceId, Optional<String> name, long nowMs) {
        return handle.createQuery("INSERT INTO device"
                        + " (user_nid, device_id, display_name, created_ms, last_seen_ms)"
                        + " VALUES (:nid, :id, :name, :now, :now)"
                        + " ON CONFLICT (user_nid, device_id) DO UPDATE SET last_seen_ms = :now"
                        + " RETURNING " + COLUMNS)
                .bind("nid", userNid)
                .bind("id", deviceId)
                .bind("name", name.orElse(null))
                .bind("now", nowMs)
                .map(DeviceTable::device)
                .one();
    }

    List<Device> ofUser(long userNid) {
        return database.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM device WHERE user_nid = :nid ORDER BY device_nid")
                .bind("nid", userNid)
                .map(DeviceTable::device)
                .list());
    }

    /// Devices beyond the `kept` ones that were seen last, at most 100 at once.
    List<Device> surplus(long userNid, int kept) {
        return database.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM device WHERE user_nid = :nid"
                        + " ORDER BY last_seen_ms DESC, device_nid DESC LIMIT 100 OFFSET :kept")
                .bind("nid", userNid)
                .bind("kept", kept)
                .map(DeviceTable::device)
                .list());
    }

    Optional<Device> find(long userNid, String deviceId) {
        return database.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM device WHERE user_nid = :nid AND device_id = :id")
                .bind("nid", userNid)
                .bind("id", deviceId)
                .map(DeviceTable::device)
                .findOne());
    }

    /// @param seenMs by device
    void seen(Map<Key, Long> seenMs) {
        if (seenMs.isEmpty()) {
            return;
        }
        var keys = List.copyOf(seenMs.keySet());
        database.useTransaction(handle -> handle.createUpdate("UPDATE device d"
                        + " SET last_seen_ms = greatest(d.last_seen_ms, s.seen_ms)"
                        + " FROM unnest(:users, :devices, :seen) AS s(user_nid, device_nid, seen_ms)"
                        + " WHERE d.user_nid = s.user_nid AND d.device_nid = s.device_nid")
                .bind("users", keys.stream().mapToLong(Key::userNid).toArray())
                .bind("devices", keys.stream().mapToLong(Key::deviceNid).toArray())
                .bind("seen", keys.stream().mapToLong(seenMs::get).toArray())
                .execute());
    }

    record Key(long userNid, long deviceNid) {}

    private List<UnitWriter.Refusal> write(Tx tx, List<UnitWriter.Placed<Change>> units) {
        for (UnitWriter.Placed<Change> unit : units) {
            long position = unit.positions()[0];
            switch (unit.rows()) {
                case Change.Removed(long userNid, long[] deviceNids) -> {
                    for (String table : List.of("access_token", "refresh_token", "device")) {
                        tx.handle()
                                .createUpdate("DELETE FROM " + table
                                        + " WHERE user_nid = :nid AND device_nid = ANY(:devices)")
                                .bind("nid", userNid)
                                .bind("devices", deviceNids)
                                .execute();
                    }
                    lifecycles
                            .get()
                            .forEach(slice -> slice.removed(tx, userNid, deviceNids, position));
                }
                case Change.Renamed(long userNid, long deviceNid, Optional<String> name) -> {
                    tx.handle()
                            .createUpdate("UPDATE device SET display_name = :name"
                                    + " WHERE user_nid = :nid AND device_nid = :device")
                            .bind("name", name.orElse(null))
                            .bind("nid", userNid)
                            .bind("device", deviceNid)
                            .execute();
                    lifecycles
                            .get()
                            .forEach(slice -> slice.renamed(tx, userNid, deviceNid, position));
                }
            }
        }
        return List.of();
    }

    private static Device device(ResultSet row, StatementContext context) throws SQLException {
        return new Device(
                row.getLong("user_nid"),
                row.getLong("device_nid"),
                row.getString("device_id"),
                Optional.ofNullable(row.getString("display_name")),
                row.getLong("last_seen_ms"));
    }
}
