package im.holm.federation.keys;

import im.holm.platform.db.Database;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.signing.VerifyKey;
import im.holm.slice.Table;

import org.jdbi.v3.core.Handle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keys of other servers on disk: a key is kept after its server stopped listing it, since old
/// events are signed with it.
public final class ServerKeyTable {
    /// For the slice.
    public static final List<Table> TABLES = List.of(
            new Table(
                    "server_key",
                    Table.Owner.SERVER,
                    "kept: events signed with it may have to be checked at any time",
                    "none: holds nothing of a user",
                    ""),
            new Table(
                    "server_key_document",
                    Table.Owner.SERVER,
                    "the newest of each server",
                    "none: holds nothing of a user",
                    ""));

    private static final String NEWEST = """
            SELECT server_name FROM server_key_document ORDER BY fetched_ms DESC LIMIT :max""";

    private final Database database;

    public ServerKeyTable(Database database) {
        this.database = database;
    }

    /// @param document the newest that the server gave
    record Stored(Map<KeyId, VerifyKey> keys, Optional<KeyDocument> document, long fetchedMs) {}

    Optional<Stored> read(ServerName server) {
        return database.read(handle -> {
            Map<KeyId, VerifyKey> keys = new HashMap<>();
            handle.createQuery("""
                            SELECT key_id, public_key, valid_until_ms, expired
                            FROM server_key WHERE server_name = :server""")
                    .bind("server", server.text())
                    .map((row, _) -> Map.entry(
                            KeyId.of(row.getString("key_id")),
                            new VerifyKey(
                                    row.getBytes("public_key"),
                                    row.getLong("valid_until_ms"),
                                    row.getBoolean("expired"))))
                    .forEach(entry -> keys.put(entry.getKey(), entry.getValue()));
            if (keys.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(handle.createQuery("""
                            SELECT document, valid_until_ms, fetched_ms
                            FROM server_key_document WHERE server_name = :server""")
                    .bind("server", server.text())
                    .map((row, _) -> new Stored(
                            keys,
                            document(
                                    server,
                                    keys,
                                    row.getBytes("document"),
                                    row.getLong("valid_until_ms")),
                            row.getLong("fetched_ms")))
                    .findOne()
                    .orElseGet(() -> new Stored(keys, Optional.empty(), 0)));
        });
    }

    private static Optional<KeyDocument> document(
            ServerName server, Map<KeyId, VerifyKey> keys, byte[] bytes, long validUntilMs) {
        var limits = JsonLimits.federationBody(2 * KeyDocument.DOCUMENT_MAX_BYTES);
        return JsonParser.parseObject(bytes, limits)
                .object()
                .map(json -> new KeyDocument(server, keys, validUntilMs, json));
    }

    /// Servers by when their keys were fetched, the newest first.
    List<ServerName> newest(int max) {
        return database.read(handle -> handle.createQuery(NEWEST)
                .bind("max", max)
                .map((row, _) -> ServerName.of(row.getString("server_name")))
                .list());
    }

    void write(KeyDocument document, long fetchedMs) {
        database.useTransaction(handle -> {
            for (Map.Entry<KeyId, VerifyKey> entry : document.keys().entrySet()) {
                writeKey(handle, document.server(), entry.getKey(), entry.getValue());
            }
            handle.createUpdate("""
                            INSERT INTO server_key_document
                              (server_name, document, valid_until_ms, fetched_ms)
                            VALUES (:server, :document, :until, :fetched)
                            ON CONFLICT (server_name) DO UPDATE
                            SET document = excluded.document,
                                valid_until_ms = excluded.valid_until_ms,
                                fetched_ms = excluded.fetched_ms""")
                    .bind("server", document.server().text())
                    .bind("document", CanonicalJson.write(document.json()))
                    .bind("until", document.validUntilMs())
                    .bind("fetched", fetchedMs)
                    .execute();
        });
    }

    private static void writeKey(Handle handle, ServerName server, KeyId id, VerifyKey key) {
        handle.createUpdate("""
                        INSERT INTO server_key
                          (server_name, key_id, public_key, valid_until_ms, expired)
                        VALUES (:server, :id, :key, :until, :expired)
                        ON CONFLICT (server_name, key_id) DO UPDATE
                        SET public_key = excluded.public_key,
                            valid_until_ms = excluded.valid_until_ms,
                            expired = excluded.expired""")
                .bind("server", server.text())
                .bind("id", id.toString())
                .bind("key", key.bytes())
                .bind("until", key.validUntilMs())
                .bind("expired", key.expired())
                .execute();
    }
}
