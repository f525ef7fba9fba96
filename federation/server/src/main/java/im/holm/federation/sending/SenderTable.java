package im.holm.federation.sending;

import im.holm.federation.call.ServerHealth.Trouble;
import im.holm.journal.Vector;
import im.holm.platform.db.Database;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;
import im.holm.slice.Table;

import java.sql.Array;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How far sending got, on disk: one checkpoint for all, and a row for each destination that has
/// not got everything before it, or that is down.
public final class SenderTable {
    /// For the slice.
    public static final List<Table> TABLES = List.of(
            server("federation_checkpoint", "one row"),
            server("destination", "while something is owed to the server, or it is down"),
            server("relayed_event", "seven days"));

    private static final String KEEP_CHECKPOINT = """
            INSERT INTO federation_checkpoint (one, positions) VALUES (true, :positions)
            ON CONFLICT (one) DO UPDATE SET positions = excluded.positions""";

    private final Database database;
    private final InstantSource time;

    public SenderTable(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    private static Table server(String name, String retention) {
        return new Table(name, Table.Owner.SERVER, retention, "none: holds nothing of a user", "");
    }

    /// @param acked what it has got for certain; empty if nothing is owed to it
    record DestinationRow(ServerName server, Optional<Vector> acked, Optional<Trouble> trouble) {}

    Optional<Vector> checkpoint() {
        return database.read(
                handle -> handle.createQuery("SELECT positions FROM federation_checkpoint")
                        .map((row, _) -> vector(row.getArray("positions")))
                        .findOne());
    }

    List<DestinationRow> destinations() {
        return database.read(handle -> handle.createQuery("""
                        SELECT server_name, acked, failures, failing_since_ms, retry_at_ms
                        FROM destination""")
                .map((row, _) -> new DestinationRow(
                        ServerName.of(row.getString("server_name")),
                        Optional.ofNullable(row.getArray("acked")).map(SenderTable::vector),
                        row.getInt("failures") == 0
                                ? Optional.empty()
                                : Optional.of(new Trouble(
                                        row.getInt("failures"),
                                        row.getLong("failing_since_ms"),
                                        row.getLong("retry_at_ms"),
                                        0))))
                .list());
    }

    /// Everything that changed since the last flush, in one transaction.
    void flush(Vector checkpoint, List<DestinationRow> changed, Collection<ServerName> settled) {
        database.useTransaction(handle -> {
            handle.createUpdate(KEEP_CHECKPOINT)
                    .bind("positions", checkpoint.positions())
                    .execute();
            for (DestinationRow row : changed) {
                Trouble trouble = row.trouble().orElse(new Trouble(0, 0, 0, 0));
                handle.createUpdate("""
                                INSERT INTO destination
                                  (server_name, acked, failures, failing_since_ms, retry_at_ms)
                                VALUES (:server, :acked, :failures, :since, :retry)
                                ON CONFLICT (server_name) DO UPDATE
                                SET acked = excluded.acked,
                                    failures = excluded.failures,
                                    failing_since_ms = excluded.failing_since_ms,
                                    retry_at_ms = excluded.retry_at_ms""")
                        .bind("server", row.server().text())
                        .bind("acked", row.acked().map(Vector::positions).orElse(null))
                        .bind("failures", trouble.failures())
                        .bind("since", trouble.sinceMs())
                        .bind("retry", trouble.retryAtMs())
                        .execute();
            }
            for (ServerName server : settled) {
                handle.createUpdate("DELETE FROM destination WHERE server_name = :server")
                        .bind("server", server.text())
                        .execute();
            }
        });
    }

    void relay(EventId event, ServerName origin) {
        database.useTransaction(handle -> handle.createUpdate("""
                        INSERT INTO relayed_event (event_id, origin, noted_ms)
                        VALUES (:event, :origin, :now)
                        ON CONFLICT (event_id) DO NOTHING""")
                .bind("event", event.bytes())
                .bind("origin", origin.text())
                .bind("now", time.millis())
                .execute());
    }

    void withdraw(EventId event, ServerName origin) {
        database.useTransaction(handle -> handle.createUpdate("""
                        DELETE FROM relayed_event
                        WHERE event_id = :event AND origin = :origin""")
                .bind("event", event.bytes())
                .bind("origin", origin.text())
                .execute());
    }

    /// The newest, oldest of them first.
    Map<EventId, ServerName> relayed(int max) {
        return database.read(handle -> {
            Map<EventId, ServerName> relayed = new LinkedHashMap<>();
            List<Map.Entry<EventId, ServerName>> newest = handle.createQuery("""
                            SELECT event_id, origin FROM relayed_event
                            ORDER BY noted_ms DESC LIMIT :max""")
                    .bind("max", max)
                    .map((row, _) -> Map.entry(
                            EventId.ofBytes(row.getBytes("event_id")),
                            ServerName.of(row.getString("origin"))))
                    .list();
            Collections.reverse(newest);
            newest.forEach(entry -> relayed.put(entry.getKey(), entry.getValue()));
            return relayed;
        });
    }

    /// Deletes relayed events older than [RelayedEvents#RETENTION].
    public void prune() {
        database.useTransaction(
                handle -> handle.createUpdate("DELETE FROM relayed_event WHERE noted_ms < :before")
                        .bind("before", time.millis() - RelayedEvents.RETENTION.toMillis())
                        .execute());
    }

    private static Vector vector(Array array) {
        try {
            Long[] boxed = (Long[]) array.getArray();
            long[] positions = new long[boxed.length];
            for (int i = 0; i < boxed.length; i++) {
                positions[i] = boxed[i];
            }
            return Vector.of(positions);
        } catch (SQLException e) {
            throw new IllegalStateException("a vector could not be read", e);
        }
    }
}
