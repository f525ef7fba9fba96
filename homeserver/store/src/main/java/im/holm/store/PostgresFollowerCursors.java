package im.holm.store;

import im.holm.journal.FollowerCursors;
import im.holm.journal.Vector;
import im.holm.platform.db.Database;

import java.util.Optional;

/// Followers' cursors, a row each.
public final class PostgresFollowerCursors implements FollowerCursors {

    private final Database database;

    public PostgresFollowerCursors(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Vector> cursor(String follower) {
        return database.read(handle -> Sql.list(
                        handle,
                        row -> {
                            var cursor = Vector.ZERO;
                            for (Long position :
                                    (Long[]) row.getArray("positions").getArray()) {
                                cursor = cursor.with(position);
                            }
                            return cursor;
                        },
                        "SELECT positions FROM follower_cursor WHERE name = ?",
                        follower)
                .stream()
                .findFirst());
    }

    @Override
    public void keep(String follower, Vector cursor) {
        database.read(
                handle -> Sql.update(handle, """
                INSERT INTO follower_cursor (name, positions) VALUES (?, ?::bigint[])
                ON CONFLICT (name) DO UPDATE SET positions = excluded.positions
                """, follower, Column.ofBigints(cursor.positions())));
    }
}
