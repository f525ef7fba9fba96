package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.journal.CommitOutcome;
import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.Committer;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.Unit;
import im.holm.journal.Unstorable;
import im.holm.journal.Vector;
import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The journal on PostgreSQL when nothing goes wrong but what callers do.
class JournalCommitTest {
    private static Database database;

    @TempDir
    Path dataDir;

    private final Notes notes = new Notes();
    private Committer journal;

    @BeforeAll
    static void open() {
        database = TestPostgres.migrated("store");
        Notes.createTable(database);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void start() {
        journal = JournalFixture.started(database, dataDir);
        database.useTransaction(handle -> handle.execute("DELETE FROM note"));
    }

    @AfterEach
    void stop() {
        journal.close();
    }

    @Test
    void whatIsCommittedCanBeReadByItsPosition() {
        var before = journal.visible();

        long[] positions = committed(journal.commit(notes.unitOfFacts("three", 3)));

        assertThat(journal.read(before, journal.visible(), 10))
                .extracting(JournalEntry::position)
                .containsExactly(positions[0], positions[1], positions[2]);
        assertThat(journal.visible().covers(positions[2])).isTrue();
        assertThat(Notes.texts(database)).containsExactly("three");
    }

    @Test
    void aUnitWithoutFactsIsWrittenAndStillMovesTheWriter() {
        var before = journal.visible();

        assertThat(committed(journal.commit(notes.unitOfFacts("quiet", 0)))).isEmpty();

        assertThat(journal.visible()).isNotEqualTo(before);
        assertThat(journal.read(before, journal.visible(), 10)).isEmpty();
        assertThat(Notes.texts(database)).containsExactly("quiet");
    }

    @Test
    void unitsOfOneThreadKeepTheirOrder() {
        var tickets = IntStream.range(0, 1_000)
                .mapToObj(i -> journal.submit(notes.unit("note " + i)))
                .toList();

        var positions =
                tickets.stream().map(ticket -> committed(ticket.await())[0]).toList();
        assertThat(positions).isSorted().doesNotHaveDuplicates();
        assertThat(Notes.texts(database)).hasSize(1_000).startsWith("note 0", "note 1");
    }

    /// The contract of positions: once a cut is visible, nothing at or below it appears any
    /// more.
    @Test
    void nothingAppearsBelowWhatWasVisible() throws InterruptedException {
        var seen = new CopyOnWriteArrayList<Long>();
        var done = new CountDownLatch(1);
        var reader = Thread.ofVirtual().start(() -> {
            Vector cut = journal.visible();
            boolean last = false;
            while (!last) {
                last = done.getCount() == 0;
                Vector now = journal.visible();
                journal.read(cut, now, 10_000).forEach(entry -> seen.add(entry.position()));
                cut = now;
            }
        });
        var start = journal.visible();
        var writers = IntStream.range(0, 8)
                .mapToObj(writer -> Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 100; i++) {
                        journal.commit(notes.unitOfFacts("w" + writer, 1 + i % 3));
                    }
                }))
                .toList();
        for (Thread writer : writers) {
            writer.join();
        }
        done.countDown();
        reader.join();

        assertThat(seen).isSorted();
        assertThat(seen)
                .isEqualTo(journal.read(start, journal.visible(), 10_000).stream()
                        .map(JournalEntry::position)
                        .toList());
    }

    @Test
    void aRefusedUnitDoesNotSpoilItsNeighbours() {
        var outcomes = together("a", Notes.REFUSED, "b");

        assertThat(outcomes.get(0)).isInstanceOf(Committed.class);
        assertThat(outcomes.get(1)).isEqualTo(new CommitOutcome.Refused("as asked"));
        assertThat(outcomes.get(2)).isInstanceOf(Committed.class);
        assertThat(Notes.texts(database)).containsExactly("a", "b");
    }

    @Test
    void aUnitThatCannotBeStoredIsFoundAndItsNeighboursAreCommitted() {
        var texts = new ArrayList<>(
                IntStream.range(0, 100).mapToObj(i -> "note " + i).toList());
        texts.set(63, Notes.SPOILER);

        var outcomes = together(texts.toArray(String[]::new));

        for (int i = 0; i < outcomes.size(); i++) {
            if (i == 63) {
                assertThat(outcomes.get(i))
                        .isInstanceOfSatisfying(
                                CommitOutcome.Refused.class,
                                refused -> assertThat(refused.reason())
                                        .isInstanceOf(Unstorable.class));
            } else {
                assertThat(outcomes.get(i)).isInstanceOf(Committed.class);
            }
        }
        assertThat(Notes.texts(database)).hasSize(99);
    }

    @Test
    void listenersAreToldInOrderBeforeAnyoneCanSeeIt() {
        var told = new CopyOnWriteArrayList<String>();
        var visibleThen = new AtomicReference<Vector>();
        journal.watch((entries, now) -> told.add("visible " + entries.size()));
        var first =
                new Unit<>(notes, "a", List.of(new Fact(FactKind.PROFILE, 1, 0)), 1, outcome -> {
                    visibleThen.set(journal.visible());
                    told.add("first");
                });

        long[] positions = committed(journal.commit(first));

        assertThat(told).containsExactly("first", "visible 1");
        assertThat(visibleThen.get().covers(positions[0])).isFalse();
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        var rude = new Unit<>(notes, "a", List.of(), 1, outcome -> {
            throw new IllegalStateException("rude, on purpose");
        });

        assertThat(journal.commit(rude)).isInstanceOf(Committed.class);
        assertThat(journal.commit(notes.unit("b"))).isInstanceOf(Committed.class);
    }

    @Test
    void aRestartContinuesAfterTheLastPosition() {
        long last = committed(journal.commit(notes.unit("before")))[0];
        journal.close();

        journal = JournalFixture.started(database, dataDir);

        assertThat(journal.visible().covers(last)).isTrue();
        long next = committed(journal.commit(notes.unit("after")))[0];
        assertThat(next).isGreaterThan(last);
        assertThat(Position.slot(next)).isZero();
    }

    @Test
    void whatWasSubmittedBeforeTheStopIsWritten() {
        var tickets = IntStream.range(0, 2_000)
                .mapToObj(i -> journal.submit(notes.unit("note " + i)))
                .toList();

        journal.close();

        assertThat(tickets)
                .allSatisfy(ticket -> assertThat(ticket.await()).isInstanceOf(Committed.class));
        assertThat(journal.commit(notes.unit("late")))
                .isInstanceOf(CommitOutcome.Unavailable.class);
    }

    private List<CommitOutcome> together(String... texts) {
        return OneBatch.of(journal, Stream.of(texts).map(notes::unit).toList());
    }

    private static long[] committed(CommitOutcome outcome) {
        assertThat(outcome).isInstanceOf(Committed.class);
        return ((Committed) outcome).positions();
    }
}
