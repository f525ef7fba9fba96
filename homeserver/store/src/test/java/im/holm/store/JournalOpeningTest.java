package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.journal.CommitLimits;
import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.Committer;
import im.holm.journal.JournalStart;
import im.holm.journal.JournalStore;
import im.holm.journal.NodeFile;
import im.holm.journal.Position;
import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;
import im.holm.platform.time.SettableTime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Who may write to a database, and from which position on.
class JournalOpeningTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final CommitLimits SHORT_LEASE = new CommitLimits(100, 10, 1024, 600, 1_000);

    @TempDir
    Path dataDir;

    @TempDir
    Path otherDir;

    private final SettableTime time = new SettableTime(NOON);
    private final Notes notes = new Notes();
    private Database database;

    @BeforeEach
    void open() {
        database = TestPostgres.migrated("store");
        Notes.createTable(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aSecondProcessOnTheDatabaseIsRefusedWhileTheFirstIsAlive() {
        try (Committer first = started(dataDir, SHORT_LEASE)) {
            var second = start(otherDir, SHORT_LEASE);

            assertThat(second).isInstanceOf(JournalStart.Occupied.class);
            assertThat(second.line()).contains("another Holm process");
            assertThat(first.commit(notes.unit("still ours"))).isInstanceOf(Committed.class);
        }
    }

    @Test
    void aSecondProcessOnTheDataDirectoryIsRefused() {
        try (Committer first = started(dataDir, SHORT_LEASE)) {
            assertThat(start(dataDir, SHORT_LEASE)).isInstanceOf(JournalStart.FolderInUse.class);
            assertThat(first.commit(notes.unit("still ours"))).isInstanceOf(Committed.class);
        }
    }

    @Test
    void aDeadProcessLosesItsSlotWhenItsLeaseRunsOut() {
        database.useTransaction(handle -> handle.execute("""
                INSERT INTO stream_writer (slot, node, epoch, last_pos, lease_until)
                VALUES (0, 'dead', 7, 512, clock_timestamp() + interval '400 milliseconds')"""));

        try (Committer journal = started(dataDir, SHORT_LEASE)) {
            assertThat(position(journal)).isGreaterThan(512);
        }
    }

    @Test
    void aNodeThatCrashedTakesItsOwnSlotAtOnce() {
        started(dataDir, SHORT_LEASE).close();
        database.useTransaction(handle -> handle.execute(
                "UPDATE stream_writer SET lease_until = clock_timestamp() + interval '1 hour'"));

        try (Committer again = started(dataDir, SHORT_LEASE)) {
            assertThat(again.commit(notes.unit("on we go"))).isInstanceOf(Committed.class);
        }
    }

    @Test
    void settlingAgainAfterALostAnswerFindsTheSlotStillOurs() {
        var store = new PostgresJournalStore(database);
        var claim = (JournalStore.Claim.Claimed) store.claim(0, "ours", 600);

        assertThat(store.settle(claim.lease())).isInstanceOf(JournalStore.Claim.Claimed.class);
        assertThat(store.settle(claim.lease())).isEqualTo(store.settle(claim.lease()));
        database.useTransaction(
                handle -> handle.execute("UPDATE stream_writer SET node = 'another'"));
        assertThat(store.settle(claim.lease())).isInstanceOf(JournalStore.Claim.Held.class);
    }

    @Test
    void aClockThatIsFarBehindIsRefused() {
        try (Committer journal = started(dataDir, SHORT_LEASE)) {
            position(journal);
        }
        time.set(NOON.minus(Duration.ofHours(1)));

        assertThat(start(dataDir, SHORT_LEASE))
                .isInstanceOfSatisfying(
                        JournalStart.ClockBehind.class,
                        behind -> assertThat(behind.line()).contains("3600 s behind"));

        time.set(NOON);
        started(dataDir, SHORT_LEASE).close();
    }

    @Test
    void aClockThatIsALittleBehindIsCountedPast() {
        long before;
        try (Committer journal = started(dataDir, SHORT_LEASE)) {
            before = position(journal);
        }
        time.set(NOON.minus(Duration.ofSeconds(3)));

        try (Committer journal = started(dataDir, SHORT_LEASE)) {
            assertThat(position(journal)).isGreaterThan(before);
        }
    }

    @Test
    void aRestoredDatabaseGivesNoPositionTwice() {
        long lost;
        try (Committer journal = started(dataDir, SHORT_LEASE)) {
            lost = position(journal);
        }
        database.useTransaction(handle -> {
            handle.execute("DELETE FROM journal");
            handle.execute("UPDATE stream_writer SET last_pos = 0");
        });

        try (Committer journal = started(dataDir, SHORT_LEASE)) {
            assertThat(position(journal)).isGreaterThan(lost);
            assertThat(Position.millis(journal.visible().at(0))).isGreaterThan(NOON.toEpochMilli());
        }
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Files.writeString(dataDir.resolve(NodeFile.NAME), "holm node xyz");

        assertThat(start(dataDir, SHORT_LEASE))
                .isInstanceOfSatisfying(
                        JournalStart.FolderUnusable.class,
                        unusable -> assertThat(unusable.line()).contains(NodeFile.NAME));
    }

    @Test
    void aDatabaseThatIsGoneIsSaid() {
        database.close();

        assertThat(start(dataDir, SHORT_LEASE)).isInstanceOf(JournalStart.DatabaseDown.class);
        open();
    }

    private Committer started(Path dir, CommitLimits limits) {
        var start = start(dir, limits);
        if (start instanceof JournalStart.Started started) {
            return started.journal();
        }
        throw new AssertionError(start.line());
    }

    private JournalStart start(Path dir, CommitLimits limits) {
        InstantSource clock = time::instant;
        return JournalFixture.start(database, dir, limits, clock);
    }

    private long position(Committer journal) {
        return ((Committed) journal.commit(notes.unit("note"))).positions()[0];
    }
}
