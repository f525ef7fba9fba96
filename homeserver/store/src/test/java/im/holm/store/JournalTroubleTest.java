package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.journal.CommitLimits;
import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.CommitOutcome.Unavailable;
import im.holm.journal.CommitTicket;
import im.holm.journal.Committer;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// The failure classes of docs/engine.md, section 4, on a wire that can be cut.
class JournalTroubleTest {
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
                4,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5)));
        journal = JournalFixture.started(
                database, dataDir, new CommitLimits(4, 512, 1024, 2_000, 1_500));
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
    void aCommitWhoseAnswerIsLostIsAnsweredOnce() {
        assertThat(journal.commit(notes.unit("first"))).isInstanceOf(Committed.class);
        proxy.cutAfterNextCommit();

        assertThat(journal.commit(notes.unit("once"))).isInstanceOf(Committed.class);

        assertThat(epoch()).isEqualTo(2);
        assertThat(Notes.texts(direct)).containsExactly("first", "once");
        assertThat(journal.commit(notes.unit("next"))).isInstanceOf(Committed.class);
        assertThat(journal.health()).isEqualTo(JournalHealth.ACCEPTING);
    }

    @Test
    void aCommitInDoubtIsSettledWhenTheDatabaseIsBack() {
        assertThat(journal.commit(notes.unit("first"))).isInstanceOf(Committed.class);
        proxy.cutForGoodAfterNextCommit();
        var told = new AtomicReference<CommitOutcome>();
        var unit = notes.unit("in doubt");
        var listening = new Unit<>(unit.writer(), unit.rows(), unit.facts(), 1, told::set);

        assertThat(journal.commit(listening)).isInstanceOf(Unavailable.class);
        assertThat(told.get()).isNull();
        assertThat(journal.commit(notes.unit("turned away"))).isInstanceOf(Unavailable.class);

        proxy.mend();
        await().until(() -> journal.health() == JournalHealth.ACCEPTING);
        await().until(() -> told.get() != null);
        assertThat(told.get()).isInstanceOf(Committed.class);
        long position = ((Committed) told.get()).positions()[0];
        await().until(() -> journal.visible().covers(position));
        assertThat(journal.commit(notes.unit("next"))).isInstanceOf(Committed.class);
        assertThat(Notes.texts(direct)).containsExactly("first", "in doubt", "next");
    }

    @Test
    void aCommitThatIsCutOffBeforeItHappensIsDoneAgain() {
        cutOffInCommit(1);

        assertThat(journal.commit(notes.unit("again"))).isInstanceOf(Committed.class);

        assertThat(Notes.texts(direct)).containsExactly("again");
    }

    @Test
    void aCommitThatIsCutOffAgainAndAgainIsGivenUp() {
        cutOffInCommit(2);

        assertThat(journal.commit(notes.unit("lost"))).isInstanceOf(Unavailable.class);

        await().until(() -> journal.health() == JournalHealth.ACCEPTING);
        assertThat(journal.commit(notes.unit("next"))).isInstanceOf(Committed.class);
        assertThat(Notes.texts(direct)).containsExactly("next");
    }

    /// Lets the database end the connection while it carries out a COMMIT, so many times.
    private void cutOffInCommit(int times) {
        direct.useTransaction(handle -> {
            handle.execute("CREATE SEQUENCE tries");
            handle.execute("""
                    CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        IF nextval('tries') <= %d THEN
                            PERFORM pg_terminate_backend(pg_backend_pid());
                            PERFORM pg_sleep(1);
                        END IF;
                        RETURN NULL;
                    END $$""".formatted(times));
            handle.execute("""
                    CREATE CONSTRAINT TRIGGER note_cut_off AFTER INSERT ON note
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut_off()""");
        });
    }

    @Test
    void aDatabaseThatGoesAwayAndComesBackNeedsNoRestart() {
        assertThat(journal.commit(notes.unit("before"))).isInstanceOf(Committed.class);
        proxy.cut();

        assertThat(journal.commit(notes.unit("lost")))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unavailable -> assertThat(unavailable.retryAfterMs()).isPositive());
        assertThat(journal.health()).isEqualTo(JournalHealth.DATABASE_DOWN);

        proxy.mend();
        await().until(() -> journal.health() == JournalHealth.ACCEPTING);
        assertThat(journal.commit(notes.unit("after"))).isInstanceOf(Committed.class);
        assertThat(Notes.texts(direct)).containsExactly("before", "after");
    }

    @Test
    void oneBrokenConnectionIsNobodysConcern() {
        assertThat(journal.commit(notes.unit("before"))).isInstanceOf(Committed.class);
        direct.read(handle -> handle.createQuery("""
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """).mapTo(Integer.class).one());

        assertThat(journal.commit(notes.unit("after"))).isInstanceOf(Committed.class);
    }

    @Test
    void aProcessThatLostItsSlotWritesNothing() {
        direct.useTransaction(handle ->
                handle.execute("UPDATE stream_writer SET epoch = epoch + 1, node = 'another'"));

        assertThat(journal.commit(notes.unit("stale"))).isInstanceOf(Unavailable.class);

        await().until(() -> journal.health() == JournalHealth.SLOT_LOST);
        assertThat(journal.commit(notes.unit("stale too"))).isInstanceOf(Unavailable.class);
        assertThat(Notes.texts(direct)).isEmpty();
        int facts = direct.read(handle -> handle.createQuery("SELECT count(*) FROM journal")
                .mapTo(Integer.class)
                .one());
        assertThat(facts).isZero();
    }

    @Test
    void anIdleProcessNoticesThatItLostItsSlot() {
        direct.useTransaction(handle ->
                handle.execute("UPDATE stream_writer SET epoch = epoch + 1, node = 'another'"));

        await().until(() -> journal.health() == JournalHealth.SLOT_LOST);
    }

    @Test
    void whoWaitsForTheEndLearnsThatTheSlotIsLost() throws InterruptedException {
        direct.useTransaction(handle ->
                handle.execute("UPDATE stream_writer SET epoch = epoch + 1, node = 'another'"));

        assertThat(journal.awaitEnd()).isEqualTo(JournalHealth.SLOT_LOST);
    }

    @Test
    void whoWaitsForTheEndLearnsThatItWasStopped() throws InterruptedException {
        journal.close();

        assertThat(journal.awaitEnd()).isEqualTo(JournalHealth.STOPPED);
    }

    @Test
    void moreThanTheQueueHoldsIsTurnedAway() {
        var started = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var held = journal.submit(new Unit<>(
                (tx, units) -> {
                    started.countDown();
                    hold(gate);
                    return List.of();
                },
                "holds",
                List.of(),
                1));
        hold(started);
        var tickets = new ArrayList<CommitTicket>();
        for (int i = 0; i < 4; i++) {
            tickets.add(journal.submit(notes.unit("note " + i)));
        }

        assertThat(journal.commit(notes.unit("too many"))).isInstanceOf(Unavailable.class);

        gate.countDown();
        assertThat(held.await()).isInstanceOf(Committed.class);
        assertThat(tickets)
                .allSatisfy(ticket -> assertThat(ticket.await()).isInstanceOf(Committed.class));
    }

    @Test
    void aConflictIsTriedAgain() {
        direct.useTransaction(handle -> {
            handle.execute("CREATE SEQUENCE tries");
            handle.execute("""
                    CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        IF nextval('tries') < 3 THEN
                            RAISE EXCEPTION 'conflict' USING ERRCODE = '40001';
                        END IF;
                        RETURN NULL;
                    END $$""");
            handle.execute("""
                    CREATE TRIGGER note_conflict AFTER INSERT ON note
                    FOR EACH STATEMENT EXECUTE FUNCTION conflict()""");
        });

        assertThat(journal.commit(notes.unit("third time"))).isInstanceOf(Committed.class);
    }

    /// Rises when a commit in doubt is settled.
    private long epoch() {
        return direct.read(handle -> handle.createQuery("SELECT epoch FROM stream_writer")
                .mapTo(Long.class)
                .one());
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
