package im.holm.e2ee.keys;

import im.holm.platform.db.Database;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `one_time_key` and `fallback_key`: keys with which others begin an encrypted session.
final class OneTimeKeyTable {

    /// Of one device; clients upload again when they fall below 50 or so.
    static final int KEYS_MAX = 1_000;

    static final List<Table> TABLES = List.of(
            new Table("one_time_key", Table.Owner.SERVER, "until given out", "with the device", ""),
            new Table("fallback_key", Table.Owner.SERVER, "until replaced", "with the device", ""));

    private final Database database;

    OneTimeKeyTable(Database database) {
        this.database = database;
    }

    /// @param json a string or, for signed keys, an object
    record Key(String algorithm, String keyId, JsonValue json) {

        String name() {
            return algorithm + ":" + keyId;
        }
    }

    /// What a device is told of its own keys.
    ///
    /// @param counts by algorithm
    /// @param unusedFallbacks algorithms
    record Stock(Map<String, Integer> counts, List<String> unusedFallbacks) {

        Stock {
            counts = Map.copyOf(counts);
            unusedFallbacks = List.copyOf(unusedFallbacks);
        }
    }

    sealed interface Adding {
        record Added() implements Adding {}

        /// Another key has this name already.
        record Taken(String name) implements Adding {}

        record TooMany() implements Adding {}
    }

    /// Adds all or none. A key that is there already, with the same content, is no fault: the
    /// answer to an earlier upload got lost.
    Adding add(long deviceNid, List<Key> keys, List<Key> fallbacks) {
        return database.inTransaction(handle -> {
            handle.createQuery("SELECT pg_advisory_xact_lock("
                            + "hashtextextended('one_time_key', :device))")
                    .bind("device", deviceNid)
                    .mapToMap()
                    .one();
            if (count(handle, deviceNid) + keys.size() > KEYS_MAX) {
                return new Adding.TooMany();
            }
            for (Key key : keys) {
                byte[] json = JsonWriter.write(key.json());
                Optional<byte[]> there = find(handle, deviceNid, key);
                if (there.isPresent() && !Arrays.equals(there.get(), json)) {
                    handle.rollback();
                    return new Adding.Taken(key.name());
                }
                if (there.isEmpty()) {
                    insert(handle, deviceNid, key, json);
                }
            }
            fallbacks.forEach(key -> replace(handle, deviceNid, key));
            return new Adding.Added();
        });
    }

    private static int count(Handle handle, long deviceNid) {
        return handle.createQuery("SELECT count(*) FROM one_time_key WHERE device_nid = :device")
                .bind("device", deviceNid)
                .mapTo(Integer.class)
                .one();
    }

    private static Optional<byte[]> find(Handle handle, long deviceNid, Key key) {
        return handle.createQuery("""
                        SELECT json FROM one_time_key
                        WHERE device_nid = :device AND algorithm = :algorithm AND key_id = :id""")
                .bind("device", deviceNid)
                .bind("algorithm", key.algorithm())
                .bind("id", key.keyId())
                .mapTo(byte[].class)
                .findOne();
    }

    private static void insert(Handle handle, long deviceNid, Key key, byte[] json) {
        handle.createUpdate("""
                        INSERT INTO one_time_key (device_nid, algorithm, key_id, json)
                        VALUES (:device, :algorithm, :id, :json)""")
                .bind("device", deviceNid)
                .bind("algorithm", key.algorithm())
                .bind("id", key.keyId())
                .bind("json", json)
                .execute();
    }

    /// The same key again stays used, if it was.
    private static void replace(Handle handle, long deviceNid, Key key) {
        handle.createUpdate("""
                        INSERT INTO fallback_key AS had
                          (device_nid, algorithm, key_id, json, used)
                        VALUES (:device, :algorithm, :id, :json, false)
                        ON CONFLICT (device_nid, algorithm) DO UPDATE
                        SET key_id = excluded.key_id, json = excluded.json,
                            used = had.used AND had.key_id = excluded.key_id
                                   AND had.json = excluded.json""")
                .bind("device", deviceNid)
                .bind("algorithm", key.algorithm())
                .bind("id", key.keyId())
                .bind("json", JsonWriter.write(key.json()))
                .execute();
    }

    Stock stock(long deviceNid) {
        return database.read(handle -> {
            Map<String, Integer> counts = new TreeMap<>();
            handle.createQuery("""
                            SELECT algorithm, count(*) AS keys FROM one_time_key
                            WHERE device_nid = :device GROUP BY algorithm""")
                    .bind("device", deviceNid)
                    .map((row, _) -> Map.entry(row.getString("algorithm"), row.getInt("keys")))
                    .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
            List<String> unused = handle.createQuery("""
                            SELECT algorithm FROM fallback_key
                            WHERE device_nid = :device AND NOT used ORDER BY algorithm""")
                    .bind("device", deviceNid)
                    .mapTo(String.class)
                    .list();
            return new Stock(counts, unused);
        });
    }

    /// A key of this algorithm, never to be given again; the fallback key if there is none
    /// left.
    Optional<Key> claim(long deviceNid, String algorithm) {
        return database.inTransaction(handle -> handle.createQuery("""
                        DELETE FROM one_time_key WHERE (device_nid, algorithm, key_id) IN (
                          SELECT device_nid, algorithm, key_id FROM one_time_key
                          WHERE device_nid = :device AND algorithm = :algorithm
                          ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED)
                        RETURNING key_id, json""")
                .bind("device", deviceNid)
                .bind("algorithm", algorithm)
                .map((row, _) -> key(algorithm, row.getString("key_id"), row.getBytes("json")))
                .findOne()
                .or(() -> fallback(handle, deviceNid, algorithm)));
    }

    private static Optional<Key> fallback(Handle handle, long deviceNid, String algorithm) {
        return handle.createQuery("""
                        UPDATE fallback_key SET used = true
                        WHERE device_nid = :device AND algorithm = :algorithm
                        RETURNING key_id, json""")
                .bind("device", deviceNid)
                .bind("algorithm", algorithm)
                .map((row, _) -> key(algorithm, row.getString("key_id"), row.getBytes("json")))
                .findOne();
    }

    private static Key key(String algorithm, String keyId, byte[] json) {
        return switch (JsonParser.parse(json, JsonLimits.clientBody(json.length))) {
            case JsonResult.Parsed(JsonValue value) -> new Key(algorithm, keyId, value);
            case JsonResult.Malformed _ ->
                throw new IllegalStateException("a stored one-time key is not JSON");
        };
    }
}
