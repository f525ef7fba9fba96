package im.holm.e2ee.keys;

import im.holm.journal.UnitWriter;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.DeviceLifecycle;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The published keys of local users, and when they changed: `device_key`, `cross_signing_key`,
/// `key_signature`, `device_list`, `device_list_news`.
final class KeyTable implements DeviceLifecycle {

    static final List<Table> TABLES = List.of(
            ofUser("device_key", "as long as the device", "device_id, json"),
            ofUser("cross_signing_key", "until replaced", "usage, json"),
            new Table(
                    "key_signature",
                    Table.Owner.USER,
                    "until the key is replaced",
                    "deleted",
                    "SELECT target_nid, target_key, signer_key, signature FROM key_signature"
                            + " WHERE signer_nid = :user_nid"),
            ofUser("device_list", "for good: clients ask what changed", "stream_id"),
            ofUser("device_list_news", "until other servers are told", "stream_id, device_id"));

    /// Users whose lists changed in one stretch, at most; a client that was away for longer
    /// asks for the keys of those it talks to anyway.
    static final int CHANGED_MAX = 10_000;

    private final Database database;
    private final UnitWriter<KeyChange> changes = KeyTable::write;

    KeyTable(Database database) {
        this.database = database;
    }

    private static Table ofUser(String name, String retention, String columns) {
        return new Table(
                name,
                Table.Owner.USER,
                retention,
                "deleted",
                "SELECT " + columns + " FROM " + name + " WHERE user_nid = :user_nid");
    }

    UnitWriter<KeyChange> changes() {
        return changes;
    }

    /// A device's keys, with the number of the device.
    record DeviceKeys(long deviceNid, String deviceId, JsonObject keys) {}

    List<DeviceKeys> devices(long userNid) {
        return database.read(handle -> handle.createQuery("""
                        SELECT device_nid, device_id, json FROM device_key
                        WHERE user_nid = :user ORDER BY device_nid""")
                .bind("user", userNid)
                .map((row, _) -> new DeviceKeys(
                        row.getLong("device_nid"),
                        row.getString("device_id"),
                        StoredJson.read(row.getBytes("json"))))
                .list());
    }

    Map<Usage, JsonObject> crossSigning(long userNid) {
        return database.read(handle -> {
            Map<Usage, JsonObject> keys = new EnumMap<>(Usage.class);
            handle.createQuery("SELECT usage, json FROM cross_signing_key WHERE user_nid = :user")
                    .bind("user", userNid)
                    .map((row, _) -> Map.entry(
                            Usage.ofCode(row.getShort("usage")),
                            StoredJson.read(row.getBytes("json"))))
                    .forEach(entry -> keys.put(entry.getKey(), entry.getValue()));
            return keys;
        });
    }

    /// Signatures on a user's keys that one of the signers made.
    List<KeySignature> signatures(long targetNid, Collection<Long> signers) {
        return database.read(handle -> handle.createQuery("""
                        SELECT target_key, signer_nid, signer_key, signature FROM key_signature
                        WHERE target_nid = :target AND signer_nid = ANY(:signers)""")
                .bind("target", targetNid)
                .bind("signers", signers.stream().mapToLong(Long::longValue).toArray())
                .map((row, _) -> new KeySignature(
                        targetNid,
                        row.getString("target_key"),
                        false,
                        row.getLong("signer_nid"),
                        row.getString("signer_key"),
                        row.getString("signature")))
                .list());
    }

    /// Whose lists changed above this position, with the position.
    Map<Long, Long> changedAbove(long position) {
        return database.read(handle -> positions(handle.createQuery("SELECT user_nid AS nid, pos"
                        + " FROM device_list WHERE pos > :pos"
                        + " ORDER BY pos DESC LIMIT :limit")
                .bind("pos", position)
                .bind("limit", CHANGED_MAX)));
    }

    /// Whose keys the user has signed above this position, with the position.
    Map<Long, Long> signedAbove(long signerNid, long position) {
        return database.read(handle -> positions(handle.createQuery("""
                        SELECT target_nid AS nid, max(pos) AS pos FROM key_signature
                        WHERE signer_nid = :signer AND pos > :pos AND target_nid <> :signer
                        GROUP BY target_nid LIMIT :limit""")
                .bind("signer", signerNid)
                .bind("pos", position)
                .bind("limit", CHANGED_MAX)));
    }

    private static Map<Long, Long> positions(Query query) {
        Map<Long, Long> positions = new HashMap<>();
        query.map((row, _) -> Map.entry(row.getLong("nid"), row.getLong("pos")))
                .forEach(entry -> positions.put(entry.getKey(), entry.getValue()));
        return positions;
    }

    /// How often a local user's list has changed.
    long streamId(long userNid) {
        return database.read(handle -> handle.createQuery(
                        "SELECT stream_id FROM device_list WHERE user_nid = :user")
                .bind("user", userNid)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }

    /// A change that other servers are to be told of.
    ///
    /// @param deviceId empty if it is the cross-signing keys
    record News(long userNid, long streamId, Optional<String> deviceId, boolean deleted) {}

    List<News> news(long userNid, int limit) {
        return database.read(handle -> handle.createQuery("""
                        SELECT stream_id, device_id, deleted FROM device_list_news
                        WHERE user_nid = :user ORDER BY stream_id LIMIT :limit""")
                .bind("user", userNid)
                .bind("limit", limit)
                .map((row, _) -> new News(
                        userNid,
                        row.getLong("stream_id"),
                        Optional.ofNullable(row.getString("device_id")),
                        row.getBoolean("deleted")))
                .list());
    }

    /// Users of whom there is news.
    Set<Long> withNews() {
        return new HashSet<>(database.read(handle -> handle.createQuery(
                        "SELECT DISTINCT user_nid FROM device_list_news LIMIT :limit")
                .bind("limit", CHANGED_MAX)
                .mapTo(Long.class)
                .list()));
    }

    void told(long userNid, long upToStreamId) {
        database.useTransaction(handle -> handle.createUpdate("""
                        DELETE FROM device_list_news
                        WHERE user_nid = :user AND stream_id <= :stream""")
                .bind("user", userNid)
                .bind("stream", upToStreamId)
                .execute());
    }

    private static List<UnitWriter.Refusal> write(Tx tx, List<UnitWriter.Placed<KeyChange>> units) {
        for (UnitWriter.Placed<KeyChange> unit : units) {
            write(tx.handle(), unit.rows(), unit.positions()[0]);
        }
        return List.of();
    }

    private static void write(Handle handle, KeyChange change, long position) {
        switch (change) {
            case KeyChange.DeviceKeys(long user, long device, String id, JsonObject keys) -> {
                handle.createUpdate("""
                                INSERT INTO device_key (user_nid, device_nid, device_id, json)
                                VALUES (:user, :device, :id, :json)
                                ON CONFLICT (user_nid, device_nid) DO UPDATE
                                SET json = excluded.json""")
                        .bind("user", user)
                        .bind("device", device)
                        .bind("id", id)
                        .bind("json", JsonWriter.write(keys))
                        .execute();
                changed(handle, user, Optional.of(id), false, position);
            }
            case KeyChange.CrossSigning(long user, Map<Usage, JsonObject> keys) -> {
                keys.forEach((usage, key) -> replace(handle, user, usage, key));
                changed(handle, user, Optional.empty(), false, position);
            }
            case KeyChange.Signing(long user, List<KeySignature> signatures) -> {
                signatures.forEach(signature -> add(handle, signature, position));
                Map<String, Boolean> own = new LinkedHashMap<>();
                signatures.stream()
                        .filter(signature -> signature.targetNid() == user)
                        .forEach(signature -> own.put(signature.targetKey(), signature.device()));
                own.forEach((key, device) -> changed(
                        handle,
                        user,
                        device ? Optional.of(key) : Optional.empty(),
                        false,
                        position));
            }
            case KeyChange.RemoteChanged(long user) -> {
                touch(handle, user, position);
                handle.createUpdate(
                                "UPDATE remote_device_list SET stale = true WHERE user_nid = :user")
                        .bind("user", user)
                        .execute();
            }
        }
    }

    private static void replace(Handle handle, long user, Usage usage, JsonObject key) {
        handle.createUpdate("""
                        INSERT INTO cross_signing_key (user_nid, usage, json)
                        VALUES (:user, :usage, :json)
                        ON CONFLICT (user_nid, usage) DO UPDATE SET json = excluded.json""")
                .bind("user", user)
                .bind("usage", usage.code())
                .bind("json", JsonWriter.write(key))
                .execute();
    }

    private static void add(Handle handle, KeySignature signature, long position) {
        handle.createUpdate("""
                        INSERT INTO key_signature
                          (target_nid, target_key, signer_nid, signer_key, signature, pos)
                        VALUES (:target, :key, :signer, :signerKey, :signature, :pos)
                        ON CONFLICT (target_nid, target_key, signer_nid, signer_key) DO UPDATE
                        SET signature = excluded.signature, pos = excluded.pos""")
                .bind("target", signature.targetNid())
                .bind("key", signature.targetKey())
                .bind("signer", signature.signerNid())
                .bind("signerKey", signature.signerKey())
                .bind("signature", signature.signature())
                .bind("pos", position)
                .execute();
    }

    private static void changed(
            Handle handle, long user, Optional<String> device, boolean deleted, long position) {
        long streamId = touch(handle, user, position);
        handle.createUpdate("""
                        INSERT INTO device_list_news (user_nid, stream_id, device_id, deleted)
                        VALUES (:user, :stream, :device, :deleted)""")
                .bind("user", user)
                .bind("stream", streamId)
                .bind("device", device.orElse(null))
                .bind("deleted", deleted)
                .execute();
    }

    private static long touch(Handle handle, long user, long position) {
        return handle.createQuery("""
                        INSERT INTO device_list AS list (user_nid, stream_id, pos)
                        VALUES (:user, 1, :pos)
                        ON CONFLICT (user_nid) DO UPDATE
                        SET stream_id = list.stream_id + 1, pos = excluded.pos
                        RETURNING stream_id""")
                .bind("user", user)
                .bind("pos", position)
                .mapTo(Long.class)
                .one();
    }

    @Override
    public void removed(Tx tx, long userNid, long[] deviceNids, long position) {
        Handle handle = tx.handle();
        for (String table :
                List.of("one_time_key", "fallback_key", "to_device", "to_device_sent")) {
            handle.createUpdate("DELETE FROM " + table + " WHERE device_nid = ANY(:devices)")
                    .bind("devices", deviceNids)
                    .execute();
        }
        List<String> ids = handle.createQuery("""
                        DELETE FROM device_key
                        WHERE user_nid = :user AND device_nid = ANY(:devices)
                        RETURNING device_id""")
                .bind("user", userNid)
                .bind("devices", deviceNids)
                .mapTo(String.class)
                .list();
        for (String id : ids) {
            handle.createUpdate("DELETE FROM key_signature"
                            + " WHERE target_nid = :user AND target_key = :device")
                    .bind("user", userNid)
                    .bind("device", id)
                    .execute();
            changed(handle, userNid, Optional.of(id), true, position);
        }
    }

    @Override
    public void renamed(Tx tx, long userNid, long deviceNid, long position) {
        tx.handle()
                .createQuery("""
                        SELECT device_id FROM device_key
                        WHERE user_nid = :user AND device_nid = :device""")
                .bind("user", userNid)
                .bind("device", deviceNid)
                .mapTo(String.class)
                .findOne()
                .ifPresent(id -> changed(tx.handle(), userNid, Optional.of(id), false, position));
    }
}
