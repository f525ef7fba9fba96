package im.holm.rooms;

import im.holm.platform.db.Database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// Which rooms are in the published directory: table `published_room`. What they are is read from
/// the store's tables, so that listing them loads no room into memory.
final class PublishedRoomTable {

    private static final String FROM = """
            FROM published_room p
            JOIN room r ON r.room_nid = p.room_nid
            JOIN room_head h ON h.room_nid = p.room_nid AND h.joined > 0
            JOIN room_summary s ON s.room_nid = p.room_nid
            WHERE (:any_type OR s.room_type = ANY (:types) OR (:untyped AND s.room_type IS NULL))
              AND (:term = '' OR position(:term IN lower(coalesce(s.name, ''))) > 0
                OR position(:term IN lower(coalesce(s.topic, ''))) > 0
                OR position(:term IN lower(coalesce(s.alias, ''))) > 0)
            """;

    private final Database database;

    PublishedRoomTable(Database database) {
        this.database = database;
    }

    void publish(long roomNid, long nowMs) {
        database.useTransaction(handle -> handle.createUpdate("""
                        INSERT INTO published_room (room_nid, published_ms) VALUES (:room, :now)
                        ON CONFLICT (room_nid) DO NOTHING""")
                .bind("room", roomNid)
                .bind("now", nowMs)
                .execute());
    }

    void withdraw(long roomNid) {
        database.useTransaction(
                handle -> handle.createUpdate("DELETE FROM published_room WHERE room_nid = :room")
                        .bind("room", roomNid)
                        .execute());
    }

    boolean isPublished(long roomNid) {
        return database.read(
                handle -> handle.createQuery("SELECT 1 FROM published_room WHERE room_nid = :room")
                        .bind("room", roomNid)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent());
    }

    /// What of the list is wanted.
    ///
    /// @param term a text in lower case that name, topic or alias holds; empty for any
    /// @param types room types wanted, empty for any; an empty element stands for rooms
    /// without one
    record Wanted(int offset, int limit, String term, List<Optional<String>> types) {}

    /// @param joined members now in it
    record Listed(
            String roomId,
            long joined,
            Optional<String> name,
            Optional<String> topic,
            Optional<String> avatar,
            Optional<String> alias,
            Optional<String> type,
            Optional<String> joinRule,
            boolean worldReadable) {}

    /// Rooms that are wanted, the largest first: one more than the limit if there are more.
    List<Listed> list(Wanted wanted) {
        return database.read(handle -> handle.createQuery("""
                        SELECT r.room_id, h.joined, s.name, s.topic, s.avatar, s.alias,
                               s.room_type, s.join_rule, s.history_visibility
                        """ + FROM + """
                        ORDER BY h.joined DESC, p.room_nid LIMIT :limit OFFSET :offset""")
                .bind("term", wanted.term())
                .bind("any_type", wanted.types().isEmpty())
                .bind("untyped", wanted.types().contains(Optional.<String>empty()))
                .bindArray("types", String.class, typed(wanted))
                .bind("limit", wanted.limit() + 1)
                .bind("offset", wanted.offset())
                .map((row, _) -> listed(row))
                .list());
    }

    int count(Wanted wanted) {
        return database.read(handle -> handle.createQuery("SELECT count(*) " + FROM)
                .bind("term", wanted.term())
                .bind("any_type", wanted.types().isEmpty())
                .bind("untyped", wanted.types().contains(Optional.<String>empty()))
                .bindArray("types", String.class, typed(wanted))
                .mapTo(Integer.class)
                .one());
    }

    private static Object[] typed(Wanted wanted) {
        return wanted.types().stream().flatMap(Optional::stream).toArray();
    }

    private static Listed listed(ResultSet row) throws SQLException {
        return new Listed(
                row.getString("room_id"),
                row.getLong("joined"),
                text(row, "name"),
                text(row, "topic"),
                text(row, "avatar"),
                text(row, "alias"),
                text(row, "room_type"),
                text(row, "join_rule"),
                "world_readable".equals(row.getString("history_visibility")));
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).filter(text -> !text.isEmpty());
    }
}
