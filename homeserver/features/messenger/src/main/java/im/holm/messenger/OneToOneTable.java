package im.holm.messenger;

import im.holm.platform.db.Database;
import im.holm.slice.Table;

import java.util.OptionalLong;

/// `one_to_one`: which thread is that of two users, at most one a pair.
final class OneToOneTable {

    static final Table TABLE = new Table(
            "one_to_one",
            Table.Owner.USER,
            "as long as the thread",
            "deleted",
            "SELECT low_nid, high_nid, room_nid FROM one_to_one"
                    + " WHERE low_nid = :user_nid OR high_nid = :user_nid");

    private final Database database;

    OneToOneTable(Database database) {
        this.database = database;
    }

    /// Two users, in either order.
    record Pair(long lowNid, long highNid) {

        static Pair of(long one, long other) {
            return new Pair(Math.min(one, other), Math.max(one, other));
        }
    }

    OptionalLong find(Pair pair) {
        return database.read(handle -> handle.createQuery("SELECT room_nid FROM one_to_one"
                                + " WHERE low_nid = :low AND high_nid = :high")
                        .bind("low", pair.lowNid())
                        .bind("high", pair.highNid())
                        .mapTo(Long.class)
                        .findOne())
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /// Makes a room the pair's thread, unless another one is. `instead` names a room that may
    /// be replaced, 0 for none.
    ///
    /// @return the pair's thread: `roomNid`, or that of who came first
    long settle(Pair pair, long roomNid, long instead) {
        return database.inTransaction(handle -> {
            handle.createUpdate("INSERT INTO one_to_one AS t (low_nid, high_nid, room_nid)"
                            + " VALUES (:low, :high, :room)"
                            + " ON CONFLICT (low_nid, high_nid) DO UPDATE"
                            + " SET room_nid = excluded.room_nid WHERE t.room_nid = :instead")
                    .bind("low", pair.lowNid())
                    .bind("high", pair.highNid())
                    .bind("room", roomNid)
                    .bind("instead", instead)
                    .execute();
            return handle.createQuery("SELECT room_nid FROM one_to_one"
                            + " WHERE low_nid = :low AND high_nid = :high")
                    .bind("low", pair.lowNid())
                    .bind("high", pair.highNid())
                    .mapTo(Long.class)
                    .one();
        });
    }
}
