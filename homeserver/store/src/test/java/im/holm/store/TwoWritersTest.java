package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomEngine;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomKind;
import im.holm.journal.CommitOutcome;
import im.holm.journal.Committer;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.SyncToken;
import im.holm.journal.Vector;
import im.holm.journal.WakeUps;
import im.holm.platform.cache.Caches;
import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.version.RoomVersions;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Positions, cuts and tokens with two writers on one database, although one process serves today
/// (docs/engine.md, sections 1 and 7).
class TwoWritersTest {
    private static final UserId ALICE = UserId.of("@alice:here.example");
    private static final int EACH = 60;

    @TempDir
    Path firstDir;

    @TempDir
    Path secondDir;

    private final Notes notes = new Notes();
    private Database database;
    private PostgresJournalStore store;
    private Committer first;
    private Committer second;

    @BeforeEach
    void start() {
        database = TestPostgres.migrated("store");
        Notes.createTable(database);
        store = new PostgresJournalStore(database);
        first = JournalFixture.started(database, firstDir, 0);
        second = JournalFixture.started(database, secondDir, 1);
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
        database.close();
    }

    /// The contract of a cut: nothing at or below it appears any more, whichever of the writers
    /// is ahead by its clock.
    @Test
    void whoFollowsCutByCutMissesNothingOfEither() throws InterruptedException {
        Vector start = store.highWater();
        List<Thread> writers = List.of(writing(first, "a"), writing(second, "b"));
        var seen = new ArrayList<JournalEntry>();
        Vector cut = start;
        boolean done = false;
        while (!done) {
            done = writers.stream().noneMatch(Thread::isAlive);
            Vector now = store.highWater();
            seen.addAll(store.read(cut, now, 10_000));
            cut = now;
        }

        Set<Long> positions =
                new HashSet<>(seen.stream().map(JournalEntry::position).toList());
        assertThat(seen).hasSize(2 * EACH).doesNotHaveDuplicates();
        assertThat(positions)
                .containsExactlyInAnyOrderElementsOf(store.read(start, cut, 10_000).stream()
                        .map(JournalEntry::position)
                        .toList());
        for (int slot = 0; slot < 2; slot++) {
            int writer = slot;
            assertThat(seen.stream()
                            .map(JournalEntry::position)
                            .filter(position -> Position.slot(position) == writer))
                    .hasSize(EACH)
                    .isSorted();
        }
    }

    private Thread writing(Committer journal, String name) {
        return Thread.ofVirtual().start(() -> {
            for (int i = 0; i < EACH; i++) {
                journal.commit(notes.unit(name + i));
            }
        });
    }

    @Test
    void aTokenCarriesBothAndOneThatLagsBehindInOneReadsOnlyThat() {
        first.commit(notes.unit("of the first"));
        Vector between = store.highWater();
        second.commit(notes.unit("of the second"));
        Vector now = store.highWater();

        var parsed = SyncToken.parse(new SyncToken(1, now, 7, 0).text());
        assertThat(parsed).isInstanceOf(SyncToken.Parsed.Valid.class);
        Vector carried = first.cut(((SyncToken.Parsed.Valid) parsed).token());

        assertThat(carried).isEqualTo(now);
        assertThat(now.positions()).hasSize(2);
        assertThat(store.read(carried, now, 10)).isEmpty();
        assertThat(store.read(between, now, 10))
                .singleElement()
                .satisfies(entry -> assertThat(Position.slot(entry.position())).isEqualTo(1));
    }

    @Test
    void oneThatLosesItsSlotDoesNotStopTheOther() {
        database.useTransaction(handle -> handle.execute(
                "UPDATE stream_writer SET epoch = epoch + 1, node = 'another' WHERE slot = 1"));

        assertThat(second.commit(notes.unit("stale")))
                .isInstanceOf(CommitOutcome.Unavailable.class);
        assertThat(first.commit(notes.unit("fine"))).isInstanceOf(CommitOutcome.Committed.class);
    }

    /// Both believe that the room is theirs: the guard of its head makes that harmless.
    @Test
    void aRoomOfTwoWritersLosesNothingAndDoublesNothing() throws InterruptedException {
        RoomEngine one = engine(first);
        RoomEngine other = engine(second);
        RoomId room = create(one);
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        List<Thread> senders = List.of(
                sending(one, room, "one ", acknowledged),
                sending(other, room, "other ", acknowledged));
        for (Thread sender : senders) {
            sender.join();
        }

        List<EventRow> messages = engine(first)
                .reader()
                .room(room)
                .orElseThrow()
                .page(Long.MAX_VALUE, true, 200)
                .events()
                .stream()
                .map(event -> event.row())
                .filter(row -> row.type().equals("m.room.message"))
                .toList();
        assertThat(acknowledged).isNotEmpty();
        assertThat(messages.stream().map(row -> row.eventId().text()).toList())
                .containsExactlyInAnyOrderElementsOf(acknowledged);
        assertThat(messages.stream().map(EventRow::pos)).doesNotHaveDuplicates();
        assertThat(messages.stream().map(row -> Position.slot(row.pos())).distinct())
                .containsExactlyInAnyOrder(0, 1);
    }

    private static Thread sending(
            RoomEngine engine, RoomId room, String text, Set<String> acknowledged) {
        return Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 15; i++) {
                switch (engine.commands().send(message(room, text + i))) {
                    case SendOutcome.Sent sent ->
                        acknowledged.add(sent.eventId().text());
                    case SendOutcome.Duplicate duplicate -> throw new AssertionError(duplicate);
                    case SendOutcome.Failed failed -> // the room moved on four times in a row
                        assertThat(failed.problem().retryAfterMs()).isPresent();
                }
            }
        });
    }

    private RoomEngine engine(Committer journal) {
        var caches = new Caches(64 << 20, new SimpleMeterRegistry());
        var identities = new PostgresIdentities(database, RoomFixture.HERE, caches);
        return new RoomEngine(
                Ed25519Signer.fromSeed(RoomFixture.HERE, KeyId.of("ed25519:1"), new byte[32]),
                InstantSource.system(),
                new PostgresRoomStore(database, identities, InstantSource.system()),
                identities,
                journal,
                null,
                null,
                new WakeUps(),
                caches);
    }

    private static RoomId create(RoomEngine engine) {
        var outcome = engine.commands()
                .create(new CreateRoom(
                        ALICE,
                        RoomVersions.V12,
                        RoomKind.PLAIN,
                        JsonObject.EMPTY,
                        List.of(
                                new InitialEvent(
                                        "m.room.member",
                                        Optional.of(ALICE.toString()),
                                        JsonObject.EMPTY.with("membership", "join")),
                                new InitialEvent(
                                        "m.room.power_levels",
                                        Optional.of(""),
                                        JsonObject.EMPTY))));
        return ((CreateOutcome.Created) outcome).room();
    }

    private static SendEvent message(RoomId room, String body) {
        return new SendEvent(
                room,
                ALICE,
                "m.room.message",
                Optional.empty(),
                JsonObject.EMPTY.with("body", body),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }
}
