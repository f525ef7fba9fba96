package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

/// The tables as a whole: docs/engine.md, sections 2 and 10.
class SchemaTest {
    private static Database database;

    @BeforeAll
    static void open() {
        database = TestPostgres.migrated("store");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void everyTableIsDeclared() {
        var declared =
                StoreTables.all().stream().map(StoreTables.Declared::name).toList();

        assertThat(declared).doesNotHaveDuplicates();
        assertThat(names("""
                        SELECT relname AS name FROM pg_class
                        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                          AND NOT relispartition
                          AND relname NOT IN ('schema_history', 'schema_compatibility')
                        """)).containsExactlyInAnyOrderElementsOf(declared);
    }

    @Test
    void whatAUserOwnsCanBeExportedAndErased() {
        for (StoreTables.Declared table : StoreTables.all()) {
            if (table.owner() == StoreTables.Owner.USER) {
                assertThat(table.erasure()).as(table.name()).isNotBlank();
                var rows = database.read(handle -> handle.createQuery(table.export())
                        .bind("user_nid", 1L)
                        .mapToMap()
                        .list());
                assertThat(rows).isEmpty();
            }
        }
    }

    @Test
    void roomTablesAreKeyedByTheRoomFirst() {
        assertThat(names("""
                        SELECT c.relname AS name
                        FROM pg_index i
                        JOIN pg_class c ON c.oid = i.indrelid
                        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                        WHERE i.indisprimary AND a.attname = 'room_nid' AND NOT c.relispartition
                        """))
                .contains(
                        "room",
                        "room_head",
                        "event",
                        "current_state",
                        "state_snapshot",
                        "membership",
                        "room_server",
                        "room_summary",
                        "missing_prev",
                        "room_gap",
                        "pending_redaction",
                        "redacted_original",
                        "receipt");
    }

    @Test
    void noTableHasAForeignKey() {
        assertThat(names("SELECT conname AS name FROM pg_constraint WHERE contype = 'f'"))
                .isEmpty();
    }

    @Test
    void eventsLieInEightParts() {
        assertThat(names("""
                        SELECT inhrelid::regclass::text AS name FROM pg_inherits
                        WHERE inhparent = 'event'::regclass
                        """)).hasSize(8);
    }

    @Test
    void unreadCountsNeedOnlyTheIndex() {
        var plan = database.inTransaction(handle -> {
            handle.execute("SET LOCAL enable_seqscan = off");
            handle.execute("SET LOCAL enable_bitmapscan = off");
            return Sql.list(handle, row -> row.getString(1), """
                    EXPLAIN SELECT count(*) FROM event
                    WHERE room_nid = 7 AND tl > 5 AND tl IS NOT NULL
                      AND flags & 256 <> 0 AND sender_nid <> 3
                    """);
        });
        assertThat(String.join("\n", plan)).contains("Index Only Scan");
    }

    private static List<String> names(String sql) {
        return database.read(handle -> Sql.list(handle, row -> row.getString("name"), sql));
    }
}
