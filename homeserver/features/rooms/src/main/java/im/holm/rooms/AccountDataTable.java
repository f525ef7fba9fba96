package im.holm.rooms;

import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonWriter;

import org.jdbi.v3.core.result.RowView;

import java.util.List;
import java.util.Optional;

/// A user's own data, of a room or of none: table `account_data`. Written in the journal's commit,
/// so that each change has a position and every device learns of it once.
final class AccountDataTable {

    /// Rows of one user that a sync gives, at most.
    static final int ROWS_MAX = 10_000;

    private static final JsonLimits STORED = JsonLimits.clientBody(1 << 20);

    private final Database database;
    private final UnitWriter<Row> writer = AccountDataTable::write;

    AccountDataTable(Database database) {
        this.database = database;
    }

    /// @param roomNid 0 if it is not about a room
    record Row(long userNid, long roomNid, String type, JsonObject content) {}

    record Stored(long roomNid, String type, JsonObject content, long position) {}

    UnitWriter<Row> writer() {
        return writer;
    }

    Optional<JsonObject> find(long userNid, long roomNid, String type) {
        return database.read(handle -> handle.createQuery("""
                        SELECT content FROM account_data
                        WHERE user_nid = :user AND room_nid = :room AND type = :type""")
                .bind("user", userNid)
                .bind("room", roomNid)
                .bind("type", type)
                .map((row, _) -> parse(row.getBytes("content")))
                .findOne());
    }

    /// All that changed above `position`, of all rooms and of none.
    List<Stored> since(long userNid, long position) {
        return database.read(handle -> handle.createQuery("""
                        SELECT room_nid, type, content, pos FROM account_data
                        WHERE user_nid = :user AND pos > :pos ORDER BY pos LIMIT :limit""")
                .bind("user", userNid)
                .bind("pos", position)
                .bind("limit", ROWS_MAX)
                .map(AccountDataTable::stored)
                .list());
    }

    /// All of one room.
    List<Stored> ofRoom(long userNid, long roomNid) {
        return database.read(handle -> handle.createQuery("""
                        SELECT room_nid, type, content, pos FROM account_data
                        WHERE user_nid = :user AND room_nid = :room ORDER BY pos LIMIT :limit""")
                .bind("user", userNid)
                .bind("room", roomNid)
                .bind("limit", ROWS_MAX)
                .map(AccountDataTable::stored)
                .list());
    }

    /// @param entries how many there are
    /// @param bytes of all their contents together
    record Usage(int entries, long bytes) {}

    /// What a user has beside one entry, to bound it.
    Usage usageBeside(long userNid, long roomNid, String type) {
        return database.read(handle -> handle.createQuery("""
                        SELECT count(*) AS entries,
                               coalesce(sum(octet_length(content)), 0) AS bytes
                        FROM account_data
                        WHERE user_nid = :user AND (room_nid, type) <> (:room, :type)""")
                .bind("user", userNid)
                .bind("room", roomNid)
                .bind("type", type)
                .map((row, _) -> new Usage(row.getInt("entries"), row.getLong("bytes")))
                .one());
    }

    private static List<UnitWriter.Refusal> write(Tx tx, List<UnitWriter.Placed<Row>> units) {
        try (var batch = tx.handle().prepareBatch("""
                INSERT INTO account_data (user_nid, room_nid, type, content, pos)
                VALUES (:user, :room, :type, :content, :pos)
                ON CONFLICT (user_nid, room_nid, type) DO UPDATE
                SET content = excluded.content, pos = excluded.pos""")) {
            for (var unit : units) {
                batch.bind("user", unit.rows().userNid())
                        .bind("room", unit.rows().roomNid())
                        .bind("type", unit.rows().type())
                        .bind("content", JsonWriter.write(unit.rows().content()))
                        .bind("pos", unit.positions()[0])
                        .add();
            }
            batch.execute();
        }
        return List.of();
    }

    private static Stored stored(RowView row) {
        return new Stored(
                row.getColumn("room_nid", Long.class),
                row.getColumn("type", String.class),
                parse(row.getColumn("content", byte[].class)),
                row.getColumn("pos", Long.class));
    }

    private static JsonObject parse(byte[] json) {
        return JsonParser.parseObject(json, STORED)
                .object()
                .orElseThrow(() -> new IllegalStateException("stored account data is not JSON"));
    }
}
