package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.CommitOutcome.Unavailable;
import im.holm.journal.Committer;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.JournalHealth;
import im.holm.journal.Unit;
import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseSettings;
import im.holm.platform.db.TestPostgres;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// What a PostgreSQL that is up can do to a commit (docs/engine.md, section 4): each is made to
/// happen, told to the caller with a time to come back, and over without a restart.
class DatabaseFailureTest {
    private static final int POOL = 3;

    @TempDir
    Path dataDir;

    private final Notes notes = new Notes();
    private Database direct;
    private Proxy proxy;
    private Database database;
    private Committer journal;

    @BeforeEach
    void start() throws IOException {
        DatabaseSettings settings = TestPostgres.migratedSettings("store");
        direct = TestPostgres.open(settings);
        Notes.createTable(direct);
        String url = settings.jdbcUrl();
        int port = Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1"));
        proxy = new Proxy(port);
        database = TestPostgres.open(new DatabaseSettings(
                url.replace(":" + port + "/", ":" + proxy.port() + "/"),
                settings.username(),
                settings.password(),
                POOL,
                Duration.ofMillis(500),
                Duration.ofMillis(500)));
        journal = JournalFixture.started(database, dataDir);
        assertThat(journal.commit(notes.unit("before"))).isInstanceOf(Committed.class);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.mend();
        journal.close();
        database.close();
        proxy.close();
        direct.close();
    }

    @Test
    void whoIsChosenInADeadlockIsCommittedAllTheSame() {
        direct.useTransaction(handle -> {
            handle.execute("CREATE TABLE pair (id int PRIMARY KEY, n int NOT NULL)");
            handle.execute("INSERT INTO pair VALUES (1, 0), (2, 0)");
        });
        var outcome = new AtomicReference<CommitOutcome>();
        Thread writer = direct.inTransaction(handle -> {
            handle.execute("SET LOCAL deadlock_timeout = '20s'"); // the other one finds it
            handle.execute("UPDATE pair SET n = n + 10 WHERE id = 2");
            Thread started = Thread.startVirtualThread(() -> outcome.set(journal.commit(pair())));
            await().until(() -> waitsForALock());
            handle.execute("UPDATE pair SET n = n + 10 WHERE id = 1");
            return started;
        });
        await().until(() -> !writer.isAlive());

        assertThat(outcome.get()).isInstanceOf(Committed.class);
        List<Integer> both = direct.read(handle ->
                handle.createQuery("SELECT n FROM pair").mapTo(Integer.class).list());
        assertThat(both).containsExactly(11, 11);
    }

    /// Changes the two rows in the order in which the other transaction does not.
    private static Unit<String> pair() {
        return new Unit<>(
                (tx, units) -> {
                    Sql.update(tx.handle(), "SET LOCAL deadlock_timeout = '50ms'");
                    Sql.update(tx.handle(), "UPDATE pair SET n = n + 1 WHERE id = 1");
                    Sql.update(tx.handle(), "UPDATE pair SET n = n + 1 WHERE id = 2");
                    return List.of();
                },
                "pair",
                List.of(new Fact(FactKind.PROFILE, 1, 0)),
                1);
    }

    private boolean waitsForALock() {
        return direct.read(
                handle -> handle.createQuery("""
                        SELECT count(*) > 0 FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """).mapTo(boolean.class).one());
    }

    @Test
    void aReadOnlyDatabaseIsSaidAndLeftForTheNextOne() {
        direct.useTransaction(handle -> handle.execute(
                "ALTER DATABASE " + name() + " SET default_transaction_read_only = on"));
        breakConnections();

        assertTurnedAway("read-only");
        assertThat(journal.health()).isEqualTo(JournalHealth.DATABASE_DOWN);

        direct.useTransaction(handle -> {
            handle.execute("SET TRANSACTION READ WRITE");
            handle.execute("ALTER DATABASE " + name() + " RESET default_transaction_read_only");
        });
        assertRecovered();
    }

    @Test
    void aStatementThatTakesTooLongHoldsNobodyUpForEver() throws InterruptedException {
        var release = new CountDownLatch(1);
        var locked = new CountDownLatch(1);
        Thread holder = Thread.startVirtualThread(() -> direct.useTransaction(handle -> {
            handle.execute("LOCK TABLE note");
            locked.countDown();
            hold(release);
        }));
        locked.await();

        assertTurnedAway("slow");

        release.countDown();
        holder.join();
        assertRecovered();
    }

    @Test
    void aDatabaseThatSaysNothingAnyMoreIsGivenUpInTime() {
        proxy.stall();

        assertTurnedAway("no answer");

        proxy.mend();
        assertRecovered();
    }

    @Test
    void aPoolWithoutAFreeConnectionIsSaidAndPasses() throws InterruptedException {
        var release = new CountDownLatch(1);
        var taken = new CountDownLatch(POOL);
        for (int i = 0; i < POOL; i++) {
            Thread.startVirtualThread(() -> database.read(handle -> {
                handle.execute("SELECT 1");
                taken.countDown();
                hold(release);
                return true;
            }));
        }
        taken.await();

        assertTurnedAway("no connection");

        release.countDown();
        assertRecovered();
    }

    @Test
    void aFullDiskIsSaidAndAStrangersCommandIsNotFailed() throws Exception {
        Path small = Files.createDirectory(dataDir.resolve("small"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=1m", "holm-test", small.toString()))
                .as("only root can mount")
                .isTrue();
        try {
            Path space = Files.createDirectory(small.resolve("space"));
            direct.read(handle -> handle.execute(
                    "CREATE TABLESPACE small_" + name() + " LOCATION '" + space + "'"));
            direct.read(handle ->
                    handle.execute("CREATE TABLE large (text text) TABLESPACE small_" + name()));
            Path filler = small.resolve("filler");
            fill(filler);

            assertThat(journal.commit(large())).isInstanceOf(Unavailable.class);
            await().until(() -> journal.health() == JournalHealth.ACCEPTING);
            assertThat(journal.commit(notes.unit("a stranger's"))).isInstanceOf(Committed.class);

            Files.delete(filler);
            assertThat(journal.commit(large())).isInstanceOf(Committed.class);
            assertThat(Notes.texts(direct)).containsExactly("before", "a stranger's");
        } finally {
            direct.read(handle -> handle.execute("DROP TABLE IF EXISTS large"));
            direct.read(handle -> handle.execute("DROP TABLESPACE IF EXISTS small_" + name()));
            run("umount", small.toString());
        }
    }

    private static Unit<String> large() {
        return new Unit<>(
                (tx, units) -> {
                    Sql.update(tx.handle(), "INSERT INTO large VALUES ('a row of its own page')");
                    return List.of();
                },
                "large",
                List.of(new Fact(FactKind.PROFILE, 1, 0)),
                1);
    }

    private static void fill(Path file) throws IOException {
        byte[] page = new byte[4_096];
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("space");
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }

    private void assertTurnedAway(String text) {
        assertThat(journal.commit(notes.unit(text)))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unavailable -> assertThat(unavailable.retryAfterMs()).isPositive());
    }

    private void assertRecovered() {
        await().until(() -> journal.health() == JournalHealth.ACCEPTING);
        assertThat(journal.commit(notes.unit("after"))).isInstanceOf(Committed.class);
        assertThat(Notes.texts(direct)).containsExactly("before", "after");
    }

    private String name() {
        return direct.read(handle -> handle.createQuery("SELECT current_database()")
                .mapTo(String.class)
                .one());
    }

    /// New ones have the database's new settings.
    private void breakConnections() {
        direct.read(handle -> handle.createQuery("""
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """).mapTo(Integer.class).one());
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
