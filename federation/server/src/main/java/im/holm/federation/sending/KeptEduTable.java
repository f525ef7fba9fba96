package im.holm.federation.sending;

import im.holm.platform.db.Database;
import im.holm.protocol.id.ServerName;
import im.holm.slice.EduOutbox;
import im.holm.slice.Table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Ephemeral units that must not get lost: `kept_edu` has each once, `edu_outbox` a row for each
/// server that has not taken it.
public final class KeptEduTable {
    /// For the slice.
    public static final List<Table> TABLES = List.of(
            new Table(
                    "kept_edu",
                    Table.Owner.SERVER,
                    "until every server has taken it, 30 days at most",
                    "leaves with its delivery",
                    ""),
            new Table(
                    "edu_outbox",
                    Table.Owner.SERVER,
                    "until the server has taken it, 30 days at most",
                    "leaves with its delivery",
                    ""));

    private final Database database;

    public KeptEduTable(Database database) {
        this.database = database;
    }

    record Waiting(long id, Edu unit) {}

    /// Durable when it returns.
    void keep(List<EduOutbox.Kept> units, long nowMs) {
        database.useTransaction(handle -> {
            for (EduOutbox.Kept unit : units) {
                long id = handle.createQuery("""
                                INSERT INTO kept_edu (unit, kept_ms) VALUES (:unit, :now)
                                RETURNING edu_id""")
                        .bind("unit", Edu.of(unit.type(), unit.content()).canonicalBytes())
                        .bind("now", nowMs)
                        .mapTo(Long.class)
                        .one();
                try (var rows = handle.prepareBatch("""
                        INSERT INTO edu_outbox (server_name, edu_id) VALUES (:server, :id)""")) {
                    for (ServerName server : unit.destinations()) {
                        rows.bind("server", server.text()).bind("id", id).add();
                    }
                    rows.execute();
                }
            }
        });
    }

    /// The oldest that a server has not taken.
    List<Waiting> waiting(ServerName server, int max) {
        return database.read(handle -> handle.createQuery("""
                        SELECT edu_id, unit FROM edu_outbox JOIN kept_edu USING (edu_id)
                        WHERE server_name = :server ORDER BY edu_id LIMIT :max""")
                .bind("server", server.text())
                .bind("max", max)
                .map((row, _) -> new Waiting(row.getLong("edu_id"), new Edu(row.getBytes("unit"))))
                .list());
    }

    /// Servers for which something waits.
    Set<ServerName> servers() {
        return new HashSet<>(database.read(
                handle -> handle.createQuery("SELECT DISTINCT server_name FROM edu_outbox")
                        .map((row, _) -> ServerName.of(row.getString("server_name")))
                        .list()));
    }

    void taken(ServerName server, List<Waiting> units) {
        List<Long> ids = new ArrayList<>();
        units.forEach(unit -> ids.add(unit.id()));
        database.useTransaction(handle -> {
            handle.createUpdate("""
                            DELETE FROM edu_outbox
                            WHERE server_name = :server AND edu_id = ANY(:ids)""")
                    .bind("server", server.text())
                    .bind("ids", ids.stream().mapToLong(Long::longValue).toArray())
                    .execute();
            handle.createUpdate("""
                            DELETE FROM kept_edu k WHERE edu_id = ANY(:ids)
                              AND NOT EXISTS (SELECT 1 FROM edu_outbox o
                                              WHERE o.edu_id = k.edu_id)""")
                    .bind("ids", ids.stream().mapToLong(Long::longValue).toArray())
                    .execute();
        });
    }

    /// Gives up what no server has taken for so long, and what two servers took at the same
    /// time.
    public void prune(long keptBeforeMs) {
        database.useTransaction(handle -> {
            handle.createUpdate("DELETE FROM edu_outbox WHERE edu_id IN"
                            + " (SELECT edu_id FROM kept_edu WHERE kept_ms < :before)")
                    .bind("before", keptBeforeMs)
                    .execute();
            handle.execute("DELETE FROM kept_edu k WHERE NOT EXISTS"
                    + " (SELECT 1 FROM edu_outbox o WHERE o.edu_id = k.edu_id)");
        });
    }
}
