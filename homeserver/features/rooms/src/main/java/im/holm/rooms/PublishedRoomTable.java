package im.holm.rooms;

import im.holm.platform.db.Database;

import java.util.List;

/// Which rooms are in the published directory: table `published_room`.
final class PublishedRoomTable {

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

    /// Room numbers, newest room first.
    List<Long> all(int limit) {
        return database.read(handle -> handle.createQuery("SELECT room_nid FROM published_room"
                        + " ORDER BY room_nid DESC LIMIT :limit")
                .bind("limit", limit)
                .mapTo(Long.class)
                .list());
    }
}
