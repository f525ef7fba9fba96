package im.holm.federation.serving;

import im.holm.platform.db.Database;
import im.holm.protocol.id.ServerName;
import im.holm.slice.Table;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// What we answered to transactions: a repeat gets the same answer and changes nothing.
///
/// Written without waiting for the disk: after a power cut a repeated transaction is processed once
/// more, which its events do not mind (they are known by id, and are durable before the answer).
public final class TransactionTable {
    /// A server repeats a transaction within minutes, or never.
    public static final Duration RETENTION = Duration.ofDays(1);

    /// For the slice.
    public static final Table TABLE = new Table(
            "federation_transaction",
            Table.Owner.SERVER,
            "one day",
            "none: holds event ids and error texts only",
            "");

    /// Rows deleted in one statement.
    private static final int PRUNE_ROWS = 5_000;

    private final Database database;
    private final InstantSource time;

    public TransactionTable(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    Optional<byte[]> answer(ServerName origin, String txnId) {
        return database.read(handle -> handle.createQuery("""
                        SELECT answer FROM federation_transaction
                        WHERE origin = :origin AND txn_id = :txn""")
                .bind("origin", origin.text())
                .bind("txn", txnId)
                .mapTo(byte[].class)
                .findOne());
    }

    void keep(ServerName origin, String txnId, byte[] answer) {
        database.useTransaction(handle -> {
            handle.execute("SET LOCAL synchronous_commit = off");
            handle.createUpdate("""
                            INSERT INTO federation_transaction
                              (origin, txn_id, received_ms, answer)
                            VALUES (:origin, :txn, :now, :answer)
                            ON CONFLICT (origin, txn_id) DO NOTHING""")
                    .bind("origin", origin.text())
                    .bind("txn", txnId)
                    .bind("now", time.millis())
                    .bind("answer", answer)
                    .execute();
        });
    }

    /// Deletes what is older than [#RETENTION].
    public void prune() {
        int deleted;
        do {
            deleted = database.inTransaction(handle -> handle.createUpdate("""
                            DELETE FROM federation_transaction WHERE (origin, txn_id) IN
                              (SELECT origin, txn_id FROM federation_transaction
                               WHERE received_ms < :before LIMIT :rows)""")
                    .bind("before", time.millis() - RETENTION.toMillis())
                    .bind("rows", PRUNE_ROWS)
                    .execute());
        } while (deleted == PRUNE_ROWS);
    }
}
