package im.holm.rooms;

import im.holm.platform.db.Database;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.RoomId;

import java.util.List;
import java.util.Optional;

/// This server's names for rooms: table `room_alias`.
final class AliasTable {

    /// A reservation that was not fulfilled in this time may be taken over.
    private static final long RESERVATION_MS = 120_000;

    private final Database database;

    AliasTable(Database database) {
        this.database = database;
    }

    record Entry(RoomId room, long creatorNid) {}

    Optional<Entry> find(RoomAlias alias) {
        return database.read(handle -> handle.createQuery("""
                        SELECT room_id, creator_nid FROM room_alias
                        WHERE alias = :alias AND room_id IS NOT NULL""")
                .bind("alias", alias.toString())
                .map((row, _) ->
                        new Entry(RoomId.of(row.getString("room_id")), row.getLong("creator_nid")))
                .findOne());
    }

    /// Holds the alias for a room that is about to be created; false if it is taken.
    boolean reserve(RoomAlias alias, long creatorNid, long nowMs) {
        return database.inTransaction(handle -> handle.createUpdate("""
                        INSERT INTO room_alias AS known (alias, creator_nid, created_ms)
                        VALUES (:alias, :creator, :now)
                        ON CONFLICT (alias) DO UPDATE
                        SET creator_nid = excluded.creator_nid, created_ms = excluded.created_ms
                        WHERE known.room_id IS NULL AND known.created_ms < :expired""")
                        .bind("alias", alias.toString())
                        .bind("creator", creatorNid)
                        .bind("now", nowMs)
                        .bind("expired", nowMs - RESERVATION_MS)
                        .execute()
                == 1);
    }

    /// Gives a reserved alias its room.
    void assign(RoomAlias alias, RoomId room) {
        database.useTransaction(handle -> handle.createUpdate(
                        "UPDATE room_alias SET room_id = :room WHERE alias = :alias")
                .bind("alias", alias.toString())
                .bind("room", room.text())
                .execute());
    }

    /// Points all aliases of a room to the one that replaces it.
    void move(RoomId from, RoomId to) {
        database.useTransaction(handle -> handle.createUpdate(
                        "UPDATE room_alias SET room_id = :to WHERE room_id = :from")
                .bind("from", from.text())
                .bind("to", to.text())
                .execute());
    }

    /// Gives up a reservation.
    void release(RoomAlias alias) {
        database.useTransaction(handle -> handle.createUpdate(
                        "DELETE FROM room_alias WHERE alias = :alias AND room_id IS NULL")
                .bind("alias", alias.toString())
                .execute());
    }

    /// False if nothing was removed.
    boolean delete(RoomAlias alias) {
        return database.inTransaction(
                handle -> handle.createUpdate("DELETE FROM room_alias WHERE alias = :alias")
                                .bind("alias", alias.toString())
                                .execute()
                        == 1);
    }

    /// Frees all aliases of a room.
    void deleteOf(RoomId room) {
        database.useTransaction(
                handle -> handle.createUpdate("DELETE FROM room_alias WHERE room_id = :room")
                        .bind("room", room.text())
                        .execute());
    }

    /// In the order of their making.
    List<RoomAlias> of(RoomId room, int limit) {
        return database.read(handle -> handle.createQuery("""
                        SELECT alias FROM room_alias WHERE room_id = :room
                        ORDER BY created_ms, alias LIMIT :limit""")
                .bind("room", room.text())
                .bind("limit", limit)
                .map((row, _) -> RoomAlias.of(row.getString("alias")))
                .list());
    }
}
