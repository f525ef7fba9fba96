package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.Committer;
import im.holm.journal.JournalStart;
import im.holm.journal.Position;
import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;
import im.holm.platform.time.SettableTime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

class JournalPartitionsTest {
    private static final Instant START = Instant.parse("2026-11-25T23:59:59.999Z");

    @TempDir
    Path dataDir;

    private final SettableTime time = new SettableTime(START);
    private final Notes notes = new Notes();
    private Database database;
    private Committer journal;

    @BeforeEach
    void start() {
        database = TestPostgres.migrated("store");
        Notes.createTable(database);
        var start = JournalFixture.start(database, dataDir, JournalFixture.LIMITS, time);
        journal = ((JournalStart.Started) start).journal();
    }

    @AfterEach
    void stop() {
        journal.close();
        database.close();
    }

    @Test
    void partitionsAreMadeAheadOfTheirDays() {
        commit();

        assertThat(partitions())
                .containsExactly("journal_20261127", "journal_20261126", "journal_20261125");
    }

    @Test
    void aBatchMayReachIntoTheNextDay() {
        var outcome = journal.commit(notes.unitOfFacts("across midnight", 10_000));

        assertThat(outcome).isInstanceOf(Committed.class);
        long[] positions = ((Committed) outcome).positions();
        assertThat(Position.millis(positions[9_999])).isGreaterThan(START.toEpochMilli() + 1);
        assertThat(journal.read(journal.visible(), journal.visible(), 1)).isEmpty();
    }

    @Test
    void aLongSleepIsNoTrouble() {
        commit();
        time.advance(Duration.ofDays(30));

        long position = commit();

        assertThat(partitions()).contains("journal_20261225");
        assertThat(journal.visible().covers(position)).isTrue();
    }

    @Test
    void oldDaysAreDroppedAndRemembered() {
        long old = commit();
        time.advance(Duration.ofDays(10));
        long recent = commit();

        int dropped = new JournalPartitions(database)
                .drop(time.instant().minus(Duration.ofDays(7)).toEpochMilli(), 0);

        assertThat(dropped).isEqualTo(3);
        assertThat(journal.retainedFrom()).isEqualTo(old);
        assertThat(journal.read(im.holm.journal.Vector.ZERO, journal.visible(), 10))
                .extracting(entry -> entry.position())
                .containsExactly(recent);
        assertThat(commit()).isGreaterThan(recent);
    }

    @Test
    void asManyRowsAsAskedForAreKeptHoweverOld() {
        commit();
        time.advance(Duration.ofDays(10));
        commit();
        database.read(handle -> handle.execute("ANALYZE journal"));

        long keepFromMs = time.instant().minus(Duration.ofDays(7)).toEpochMilli();
        assertThat(new JournalPartitions(database).drop(keepFromMs, 2)).isZero();
        assertThat(new JournalPartitions(database).drop(keepFromMs, 1)).isEqualTo(3);
    }

    private java.util.List<String> partitions() {
        return database.read(JournalPartitions::names);
    }

    private long commit() {
        return ((Committed) journal.commit(notes.unit("note"))).positions()[0];
    }
}
