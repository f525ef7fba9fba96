package im.holm.rooms;

import im.holm.platform.db.Database;
import im.holm.protocol.event.Sha256;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonWriter;

import java.util.Optional;
import java.util.OptionalInt;

/// Filters that clients have stored, numbered from 0 for each user: table `sync_filter`. Equal
/// filters of a user are one row.
final class FilterTable {

    /// A user's filters, at most.
    static final int FILTERS_MAX = 1000;

    private static final JsonLimits STORED = JsonLimits.clientBody(1 << 20);

    private final Database database;

    FilterTable(Database database) {
        this.database = database;
    }

    Optional<JsonObject> find(long userNid, int filterId) {
        return database.read(handle -> handle.createQuery("""
                        SELECT json FROM sync_filter
                        WHERE user_nid = :user AND filter_id = :filter""")
                .bind("user", userNid)
                .bind("filter", filterId)
                .map((row, _) -> JsonParser.parseObject(row.getBytes("json"), STORED)
                        .object()
                        .orElseThrow(() -> new IllegalStateException("a stored filter is no JSON")))
                .findOne());
    }

    /// The filter's number, given now if the user has no equal one; empty if the user has too
    /// many.
    OptionalInt store(long userNid, JsonObject filter) {
        byte[] json = JsonWriter.write(filter);
        byte[] digest = Sha256.of(json);
        return database.inTransaction(handle -> {
            handle.createQuery(
                            "SELECT pg_advisory_xact_lock(hashtextextended('sync_filter', :user))")
                    .bind("user", userNid)
                    .mapTo(String.class)
                    .list();
            Optional<Integer> known = handle.createQuery("""
                            SELECT filter_id FROM sync_filter
                            WHERE user_nid = :user AND digest = :digest""")
                    .bind("user", userNid)
                    .bind("digest", digest)
                    .mapTo(Integer.class)
                    .findOne();
            if (known.isPresent()) {
                return OptionalInt.of(known.get());
            }
            int next = handle.createQuery("""
                            SELECT coalesce(max(filter_id) + 1, 0) FROM sync_filter
                            WHERE user_nid = :user""")
                    .bind("user", userNid)
                    .mapTo(Integer.class)
                    .one();
            if (next >= FILTERS_MAX) {
                return OptionalInt.empty();
            }
            handle.createUpdate("""
                            INSERT INTO sync_filter (user_nid, filter_id, digest, json)
                            VALUES (:user, :filter, :digest, :json)""")
                    .bind("user", userNid)
                    .bind("filter", next)
                    .bind("digest", digest)
                    .bind("json", json)
                    .execute();
            return OptionalInt.of(next);
        });
    }
}
