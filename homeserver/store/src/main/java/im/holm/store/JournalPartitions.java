package im.holm.store;

import im.holm.journal.Position;
import im.holm.platform.db.Database;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The journal's partitions, one a day (UTC) by position: made by the writer before it needs them,
/// dropped by retention.
public final class JournalPartitions {

    private static final Logger LOG = LoggerFactory.getLogger(JournalPartitions.class);

    /// Days that are made ahead, so that making one is never on the path of a write but once a
    /// day.
    private static final int DAYS_AHEAD = 2;

    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
    private static final String PREFIX = "journal_";

    private final Database database;
    /// Positions from `coveredFrom` to below `coveredTo` have partitions.
    private volatile long coveredFrom;
    private volatile long coveredTo;

    public JournalPartitions(Database database) {
        this.database = database;
    }

    /// Makes sure that rows at this position have a partition.
    void cover(long position) {
        if (position >= coveredFrom && position < coveredTo) {
            return;
        }
        var first = day(position);
        database.useTransaction(handle -> {
            handle.execute("SELECT pg_advisory_xact_lock(hashtext('holm journal partitions'))");
            var present = names(handle);
            for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
                make(handle, first.plusDays(ahead), present);
            }
        });
        coveredFrom = start(first);
        coveredTo = start(first.plusDays(DAYS_AHEAD));
    }

    /// Attaching, unlike making a table as a partition, does not lock readers and writers out.
    private static void make(Handle handle, LocalDate day, List<String> present) {
        String name = name(day);
        if (present.contains(name)) {
            return;
        }
        handle.execute("CREATE TABLE " + name + " (LIKE journal INCLUDING DEFAULTS)");
        handle.execute("ALTER TABLE journal ATTACH PARTITION " + name + " FOR VALUES FROM ("
                + start(day) + ") TO (" + start(day.plusDays(1)) + ")");
    }

    /// Drops the days that ended before `keepFromMs`, as long as the days after them hold
    /// `keepRows` rows (as estimated by the database's statistics, which err on the side of
    /// keeping).
    ///
    /// @return how many were dropped
    public int drop(long keepFromMs, long keepRows) {
        var days = database.read(handle -> Sql.list(
                handle, row -> new Day(row.getString("name"), row.getLong("row_count")), """
                SELECT c.relname AS name, greatest(c.reltuples, 0)::bigint AS row_count
                FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'journal'::regclass
                ORDER BY c.relname DESC"""));
        long rowsAfter = 0;
        int dropped = 0;
        for (Day day : days) {
            if (rowsAfter >= keepRows && endMs(day.name) <= keepFromMs) {
                drop(day.name);
                dropped++;
            }
            rowsAfter += day.rowCount;
        }
        return dropped;
    }

    private void drop(String name) {
        database.useTransaction(handle -> {
            handle.execute("SET LOCAL lock_timeout = '2s'");
            handle.execute("""
                    INSERT INTO journal_dropped (slot, pos)
                    SELECT (pos & 255)::smallint, max(pos) FROM %s GROUP BY pos & 255
                    ON CONFLICT (slot) DO UPDATE
                    SET pos = greatest(journal_dropped.pos, excluded.pos)
                    """.formatted(name));
            handle.execute("ALTER TABLE journal DETACH PARTITION " + name);
            handle.execute("DROP TABLE " + name);
        });
        LOG.info("journal: dropped {}", name);
    }

    /// The names of all partitions, the newest first.
    static List<String> names(Handle handle) {
        return Sql.list(handle, row -> row.getString("name"), """
                SELECT c.relname AS name
                FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'journal'::regclass
                ORDER BY c.relname DESC""");
    }

    private static LocalDate day(long position) {
        return Instant.ofEpochMilli(Position.millis(position))
                .atZone(ZoneOffset.UTC)
                .toLocalDate();
    }

    private static long start(LocalDate day) {
        return Position.first(day.toEpochDay() * DAY_MS, 0);
    }

    private static String name(LocalDate day) {
        return PREFIX + day.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    private static long endMs(String name) {
        var day =
                LocalDate.parse(name.substring(PREFIX.length()), DateTimeFormatter.BASIC_ISO_DATE);
        return (day.toEpochDay() + 1) * DAY_MS;
    }

    private record Day(String name, long rowCount) {}
}
