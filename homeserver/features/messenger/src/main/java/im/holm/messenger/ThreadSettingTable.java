package im.holm.messenger;

import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;
import im.holm.slice.Table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `thread_setting`: what a user has set for a thread.
final class ThreadSettingTable {

    static final Table TABLE = new Table(
            "thread_setting",
            Table.Owner.USER,
            "as long as the account",
            "deleted",
            "SELECT room_nid, muted, archived FROM thread_setting WHERE user_nid = :user_nid");

    private final Database database;
    private final UnitWriter<Change> changes = ThreadSettingTable::write;

    ThreadSettingTable(Database database) {
        this.database = database;
    }

    record Setting(boolean muted, boolean archived) {
        static final Setting NONE = new Setting(false, false);
    }

    /// @param muted empty leaves it
    record Change(
            long userNid, long roomNid, Optional<Boolean> muted, Optional<Boolean> archived) {}

    UnitWriter<Change> changes() {
        return changes;
    }

    /// All that a user has set, by room.
    Map<Long, Setting> ofUser(long userNid) {
        return database.read(handle -> {
            Map<Long, Setting> settings = new HashMap<>();
            handle.createQuery("SELECT room_nid, muted, archived FROM thread_setting"
                            + " WHERE user_nid = :user")
                    .bind("user", userNid)
                    .map((row, _) -> Map.entry(
                            row.getLong("room_nid"),
                            new Setting(row.getBoolean("muted"), row.getBoolean("archived"))))
                    .forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
            return settings;
        });
    }

    Setting of(long userNid, long roomNid) {
        return database.read(
                        handle -> handle.createQuery("SELECT muted, archived FROM thread_setting"
                                        + " WHERE user_nid = :user AND room_nid = :room")
                                .bind("user", userNid)
                                .bind("room", roomNid)
                                .map((row, _) -> new Setting(
                                        row.getBoolean("muted"), row.getBoolean("archived")))
                                .findOne())
                .orElse(Setting.NONE);
    }

    private static List<UnitWriter.Refusal> write(Tx tx, List<UnitWriter.Placed<Change>> units) {
        for (UnitWriter.Placed<Change> unit : units) {
            Change change = unit.rows();
            tx.handle()
                    .createUpdate("INSERT INTO thread_setting AS t"
                            + " (user_nid, room_nid, muted, archived)"
                            + " VALUES (:user, :room,"
                            + " coalesce(:muted, false), coalesce(:archived, false))"
                            + " ON CONFLICT (user_nid, room_nid) DO UPDATE"
                            + " SET muted = coalesce(:muted, t.muted),"
                            + " archived = coalesce(:archived, t.archived)")
                    .bind("user", change.userNid())
                    .bind("room", change.roomNid())
                    .bind("muted", change.muted().orElse(null))
                    .bind("archived", change.archived().orElse(null))
                    .execute();
        }
        return List.of();
    }
}
