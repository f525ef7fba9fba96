package im.holm.store;

import im.holm.journal.Batch;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Generation;
import im.holm.journal.JournalEntry;
import im.holm.journal.JournalStore;
import im.holm.journal.Lease;
import im.holm.journal.Position;
import im.holm.journal.Vector;
import im.holm.platform.db.Database;
import im.holm.platform.db.Tx;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The journal in PostgreSQL: docs/engine.md, section 1.
public final class PostgresJournalStore implements JournalStore {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresJournalStore.class);

    private final Database database;
    private final JournalPartitions partitions;

    public PostgresJournalStore(Database database) {
        this.database = database;
        this.partitions = new JournalPartitions(database);
    }

    @Override
    public Claim claim(int slot, String node, long leaseMs) {
        try {
            return database.inTransaction(handle -> {
                var claimed = Sql.list(
                        handle,
                        row -> claimed(slot, node, leaseMs, row),
                        """
                        INSERT INTO stream_writer (slot, node, epoch, last_pos, lease_until)
                        VALUES (?, ?, 1, 0, clock_timestamp() + ? * interval '1 millisecond')
                        ON CONFLICT (slot) DO UPDATE
                        SET node = excluded.node, epoch = stream_writer.epoch + 1,
                            lease_until = excluded.lease_until
                        WHERE stream_writer.node = excluded.node
                           OR stream_writer.lease_until <= clock_timestamp()
                        RETURNING epoch, last_pos""",
                        (short) slot,
                        node,
                        leaseMs);
                return claimed.isEmpty() ? held(handle, slot) : claimed.getFirst();
            });
        } catch (RuntimeException e) {
            return new Claim.Down(DatabaseTrouble.reason(e));
        }
    }

    private static Claim claimed(int slot, String node, long leaseMs, ResultSet row)
            throws SQLException {
        return new Claim.Claimed(
                new Lease(slot, node, row.getLong("epoch"), leaseMs), row.getLong("last_pos"));
    }

    private static Claim held(Handle handle, int slot) {
        return Sql.list(
                        handle,
                        row -> new Claim.Held(
                                row.getString("node"),
                                row.getLong("epoch"),
                                row.getLong("left_ms")),
                        """
                        SELECT node, epoch,
                               ceil(1000 * extract(epoch FROM lease_until - clock_timestamp()))
                                   AS left_ms
                        FROM stream_writer WHERE slot = ?""",
                        (short) slot)
                .getFirst();
    }

    @Override
    public Standing renew(Lease lease) {
        try {
            var last = database.read(handle -> Sql.list(
                    handle,
                    row -> row.getLong("last_pos"),
                    """
                    UPDATE stream_writer
                    SET lease_until = clock_timestamp() + ? * interval '1 millisecond'
                    WHERE slot = ? AND epoch = ? RETURNING last_pos""",
                    lease.lengthMs(),
                    (short) lease.slot(),
                    lease.epoch()));
            return last.isEmpty() ? new Standing.Lost() : new Standing.Ours(last.getFirst());
        } catch (RuntimeException e) {
            return new Standing.Down(DatabaseTrouble.reason(e));
        }
    }

    @Override
    public Claim settle(Lease lease) {
        try {
            return database.inTransaction(handle -> {
                var claimed = Sql.list(
                        handle,
                        row -> claimed(lease.slot(), lease.node(), lease.lengthMs(), row),
                        """
                        UPDATE stream_writer
                        SET epoch = ?,
                            lease_until = clock_timestamp() + ? * interval '1 millisecond'
                        WHERE slot = ? AND node = ? AND epoch IN (?, ?)
                        RETURNING epoch, last_pos""",
                        lease.epoch() + 1,
                        lease.lengthMs(),
                        (short) lease.slot(),
                        lease.node(),
                        lease.epoch(),
                        lease.epoch() + 1);
                return claimed.isEmpty() ? held(handle, lease.slot()) : claimed.getFirst();
            });
        } catch (RuntimeException e) {
            return new Claim.Down(DatabaseTrouble.reason(e));
        }
    }

    @Override
    public void release(Lease lease) {
        try {
            database.read(handle -> Sql.update(handle, """
                    UPDATE stream_writer SET lease_until = clock_timestamp()
                    WHERE slot = ? AND epoch = ?""", (short) lease.slot(), lease.epoch()));
        } catch (RuntimeException e) {
            LOG.warn("the writer slot could not be released: {}", DatabaseTrouble.reason(e));
        }
    }

    @Override
    public Written write(Lease lease, Batch batch) {
        try {
            partitions.cover(batch.lowest());
            partitions.cover(batch.highest());
            return database.read(handle -> write(handle, lease, batch));
        } catch (RuntimeException e) {
            return DatabaseTrouble.of(e, false);
        }
    }

    private static Written write(Handle handle, Lease lease, Batch batch) {
        boolean commitSent = false;
        try {
            handle.begin();
            var refused = batch.writeUnits(new Tx(handle));
            if (!refused.isEmpty()) {
                handle.rollback();
                return new Written.Refused(refused);
            }
            insertEntries(handle, batch.entries());
            if (!moveWriter(handle, lease, batch)) {
                handle.rollback();
                return new Written.SlotLost();
            }
            commitSent = true;
            handle.commit();
            return new Written.Done();
        } catch (RuntimeException e) {
            rollBack(handle);
            return DatabaseTrouble.of(e, commitSent);
        }
    }

    private static void insertEntries(Handle handle, List<JournalEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        Sql.update(
                handle,
                """
                INSERT INTO journal (pos, scope, ref, kind)
                SELECT pos, scope, ref, kind
                FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::smallint[])
                    AS u (pos, scope, ref, kind)""",
                Column.bigints(entries, JournalEntry::position),
                Column.bigints(entries, entry -> entry.fact().scope()),
                Column.bigints(entries, entry -> entry.fact().ref()),
                Column.smallints(entries, entry -> entry.fact().kind().code()));
    }

    /// The fence: the last statement of every commit.
    private static boolean moveWriter(Handle handle, Lease lease, Batch batch) {
        return Sql.update(
                        handle,
                        """
                        UPDATE stream_writer
                        SET last_pos = ?,
                            lease_until = clock_timestamp() + ? * interval '1 millisecond'
                        WHERE slot = ? AND epoch = ? AND last_pos < ?""",
                        batch.highest(),
                        lease.lengthMs(),
                        (short) lease.slot(),
                        lease.epoch(),
                        batch.lowest())
                == 1;
    }

    private static void rollBack(Handle handle) {
        try {
            if (handle.isInTransaction()) {
                handle.rollback();
            }
        } catch (RuntimeException lost) {
            // the connection is gone, and the transaction with it
        }
    }

    @Override
    public Vector highWater() {
        return database.read(handle -> vector(Sql.list(
                handle,
                row -> row.getLong("last_pos"),
                "SELECT last_pos FROM stream_writer WHERE last_pos > 0")));
    }

    @Override
    public List<JournalEntry> read(Vector after, Vector upTo, int limit) {
        var ranges = new ArrayList<long[]>();
        for (long high : upTo.positions()) {
            long low = after.at(Position.slot(high));
            if (low < high) {
                ranges.add(new long[] {low, high});
            }
        }
        if (ranges.isEmpty()) {
            return List.of();
        }
        return database.read(handle -> Sql.list(
                handle,
                PostgresJournalStore::entry,
                """
                SELECT j.pos, j.scope, j.ref, j.kind
                FROM journal j
                WHERE j.pos > ? AND j.pos <= ?
                  AND EXISTS (
                    SELECT 1 FROM unnest(?::bigint[], ?::bigint[]) AS r (low, high)
                    WHERE j.pos > r.low AND j.pos <= r.high AND j.pos & 255 = r.high & 255)
                ORDER BY j.pos LIMIT ?""",
                ranges.stream().mapToLong(range -> range[0]).min().getAsLong(),
                ranges.stream().mapToLong(range -> range[1]).max().getAsLong(),
                Column.bigints(ranges, range -> range[0]),
                Column.bigints(ranges, range -> range[1]),
                limit));
    }

    private static JournalEntry entry(ResultSet row) throws SQLException {
        var kind = FactKind.ofCode(row.getShort("kind"));
        return new JournalEntry(
                row.getLong("pos"), new Fact(kind, row.getLong("scope"), row.getLong("ref")));
    }

    @Override
    public Vector dropped() {
        return database.read(handle -> vector(
                Sql.list(handle, row -> row.getLong("pos"), "SELECT pos FROM journal_dropped")));
    }

    @Override
    public List<Generation> generations() {
        return database.read(handle -> Sql.list(
                handle,
                row -> {
                    var retired = Vector.ZERO;
                    for (Long position : (Long[]) row.getArray("retired_pos").getArray()) {
                        retired = retired.with(position);
                    }
                    return new Generation(row.getInt("generation"), retired);
                },
                "SELECT generation, retired_pos FROM writer_generation ORDER BY generation"));
    }

    private static Vector vector(List<Long> positions) {
        var vector = Vector.ZERO;
        for (long position : positions) {
            vector = vector.with(position);
        }
        return vector;
    }
}
