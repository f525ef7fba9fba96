package im.holm.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.holm.platform.metrics.Metrics;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

class DatabaseTest {
    private static Database database;

    @BeforeAll
    static void open() {
        database = TestPostgres.migrated("sample");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void whatATransactionWroteIsThereAfterIt() {
        database.useTransaction(
                handle -> handle.execute("INSERT INTO sample_note VALUES (1, 'kept')"));

        assertThat(count(1)).isEqualTo(1);
    }

    @Test
    void aTransactionThatThrowsLeavesNothing() {
        assertThatThrownBy(() -> database.useTransaction(handle -> {
                    handle.execute("INSERT INTO sample_note VALUES (2, 'lost')");
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");

        assertThat(count(2)).isZero();
    }

    @Test
    void aSnapshotDoesNotSeeWhatIsCommittedWhileItReads() {
        List<Integer> counts = database.snapshot(handle -> {
            int before = count(handle, 3);
            database.useTransaction(
                    other -> other.execute("INSERT INTO sample_note VALUES (3, 'later')"));
            return List.of(before, count(handle, 3));
        });

        assertThat(counts).containsExactly(0, 0);
        assertThat(count(3)).isEqualTo(1);
    }

    @Test
    void aRunningMigrationIsNotRepeated() {
        assertThat(Migrations.run(database, List.of("sample"), 1))
                .isEqualTo(new MigrationOutcome.Migrated(0));
    }

    @Test
    void anOldBinaryRefusesANewerSchema() {
        try (Database other = TestPostgres.migrated("sample")) {
            assertThat(Migrations.run(other, List.of("sample"), 7))
                    .isEqualTo(new MigrationOutcome.Migrated(0));
            assertThat(Migrations.run(other, List.of("sample"), 6))
                    .isEqualTo(new MigrationOutcome.SchemaTooNew(7, 6));
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsOneLine() {
        DatabaseSettings nobody =
                DatabaseSettings.of("jdbc:postgresql://127.0.0.1:1/holm", "holm", "secret");

        assertThat(Database.open(nobody, "absent", new Metrics()))
                .isInstanceOfSatisfying(
                        DatabaseOutcome.Unreachable.class,
                        unreachable -> assertThat(unreachable.reason())
                                .contains("127.0.0.1:1")
                                .doesNotContain("\n", "secret"));
    }

    @Test
    void aServerWithoutFsyncIsUnsafe() {
        assertThat(DurabilityCheck.of(database))
                .isInstanceOfSatisfying(
                        DurabilityVerdict.Unsafe.class,
                        unsafe -> assertThat(unsafe.reasons())
                                .contains("fsync is off, it should be on")
                                .anyMatch(reason -> reason.startsWith("synchronous_commit")));
    }

    private static int count(int id) {
        return database.read(handle -> count(handle, id));
    }

    private static int count(org.jdbi.v3.core.Handle handle, int id) {
        return handle.createQuery("SELECT count(*) FROM sample_note WHERE id = :id")
                .bind("id", id)
                .mapTo(Integer.class)
                .one();
    }
}
