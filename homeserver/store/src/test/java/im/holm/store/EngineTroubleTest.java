package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomEngine;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.TxnKey;
import im.holm.journal.CommitLimits;
import im.holm.journal.Committer;
import im.holm.journal.JournalHealth;
import im.holm.journal.WakeUps;
import im.holm.platform.cache.Caches;
import im.holm.platform.db.Database;
import im.holm.platform.db.DatabaseSettings;
import im.holm.platform.db.TestPostgres;
import im.holm.platform.error.ErrorCode;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/// A database that does not do what it should (docs/engine.md, section 4), as a sender sees it: a
/// clear refusal with a hint when to ask again, nothing lost that was acknowledged, and the same
/// room going on without a restart once the trouble is over.
class EngineTroubleTest {
    private static final ServerName HERE = ServerName.of("here.example");
    private static final UserId ALICE = new UserId("alice", HERE);
    private static final int POOL = 3;

    @TempDir
    Path dataDir;

    private Database direct;
    private Database database;
    private Committer journal;
    private RoomEngine engine;
    private RoomId room;
    private final List<EventId> acknowledged = new ArrayList<>();
    private int sent;

    @BeforeEach
    void start() {
        DatabaseSettings settings = TestPostgres.migratedSettings("store");
        direct = TestPostgres.open(settings);
        setForNewSessions("deadlock_timeout = '300ms'");
        database = TestPostgres.open(new DatabaseSettings(
                settings.jdbcUrl(),
                settings.username(),
                settings.password(),
                POOL,
                Duration.ofMillis(300),
                Duration.ofMillis(1_000)));
        journal = JournalFixture.started(
                database, dataDir, new CommitLimits(8_192, 512, 2 << 20, 30_000, 5_000));
        engine = engine();
        room = createRoom();
        acknowledge(send());
    }

    @AfterEach
    void stop() {
        journal.close();
        database.close();
        direct.close();
    }

    @Test
    void aReadOnlyDatabaseTakesNothingAndLosesNothing() {
        readOnly(true);
        refused(send());
        assertThat(engine.reader().room(room)).isPresent();
        refused(send());

        readOnly(false);
        recovered();
    }

    @Test
    void aFullDiskTakesNothingAndLosesNothing() {
        // 53100 is what PostgreSQL says when a file cannot grow
        onEveryEvent("RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100';");
        refused(send());
        refused(send());

        direct.useTransaction(handle -> handle.execute("DROP TRIGGER trouble ON event"));
        recovered();
    }

    @Test
    void aStatementThatTakesTooLongIsGivenUpAndNothingStaysLocked() throws InterruptedException {
        var held = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        Thread holder = Thread.ofVirtual()
                .start(() -> direct.useTransaction(handle -> {
                    handle.execute("LOCK TABLE room_head IN SHARE MODE");
                    held.countDown();
                    hold(over);
                }));
        held.await();
        refused(send());

        over.countDown();
        holder.join();
        recovered();
    }

    @Test
    void anExhaustedPoolIsAClearRefusal() throws InterruptedException {
        var held = new CountDownLatch(POOL);
        var over = new CountDownLatch(1);
        List<Thread> holders = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            holders.add(Thread.ofVirtual()
                    .start(() -> database.useTransaction(handle -> {
                        held.countDown();
                        hold(over);
                    })));
        }
        held.await();
        refused(send());

        over.countDown();
        for (Thread holder : holders) {
            holder.join();
        }
        recovered();
    }

    @Test
    void aDeadlockIsTriedAgainAndTheSenderNoticesNothing() throws InterruptedException {
        var held = new CountDownLatch(1);
        Thread other = Thread.ofVirtual()
                .start(() -> direct.useTransaction(handle -> {
                    // the committer has moved the head when it comes to the writer's row
                    handle.execute("SET LOCAL deadlock_timeout = '10s'");
                    handle.execute("UPDATE stream_writer SET node = node");
                    held.countDown();
                    awaitLockOf(handle.createQuery("SELECT pg_backend_pid()")
                            .mapTo(Integer.class)
                            .one());
                    handle.execute("UPDATE room_head SET owner_slot = owner_slot");
                }));
        held.await();

        acknowledge(send());

        other.join();
        recovered();
    }

    /// Waits until another session waits for this one.
    private void awaitLockOf(int pid) {
        await().pollInterval(Duration.ofMillis(10))
                .until(() -> direct.read(handle -> handle.createQuery("""
                        SELECT count(*) FROM pg_stat_activity WHERE :pid = ANY (pg_blocking_pids(pid))
                        """)
                                .bind("pid", pid)
                                .mapTo(Integer.class)
                                .one())
                        > 0);
    }

    private RoomEngine engine() {
        var identities = new PostgresIdentities(
                database, HERE, new Caches(64 << 20, new SimpleMeterRegistry()));
        return new RoomEngine(
                Ed25519Signer.fromSeed(HERE, KeyId.of("ed25519:1"), new byte[32]),
                InstantSource.system(),
                new PostgresRoomStore(database, identities, InstantSource.system()),
                identities,
                journal,
                null,
                null,
                new WakeUps(),
                new Caches(64 << 20, new SimpleMeterRegistry()));
    }

    private RoomId createRoom() {
        var outcome = engine.commands()
                .create(new CreateRoom(
                        ALICE,
                        RoomVersions.V12,
                        RoomKind.PLAIN,
                        JsonObject.EMPTY,
                        List.of(new InitialEvent(
                                "m.room.member",
                                Optional.of(ALICE.toString()),
                                JsonObject.EMPTY.with("membership", "join")))));
        return ((CreateOutcome.Created) outcome).room();
    }

    /// A message with a transaction id of its own.
    private SendOutcome send() {
        sent++;
        return send(sent);
    }

    private SendOutcome send(int number) {
        byte[] key = new byte[TxnKey.KEY_BYTES];
        key[0] = (byte) number;
        return engine.commands()
                .send(new SendEvent(
                        room,
                        ALICE,
                        "m.room.message",
                        Optional.empty(),
                        JsonObject.EMPTY.with("body", "message " + number),
                        Optional.empty(),
                        Optional.of(new TxnKey(1, "t" + number, key)),
                        OptionalLong.empty()));
    }

    private void acknowledge(SendOutcome outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        SendOutcome.Sent.class, done -> acknowledged.add(done.eventId()));
    }

    private static void refused(SendOutcome outcome) {
        assertThat(outcome).isInstanceOfSatisfying(SendOutcome.Failed.class, failed -> {
            assertThat(failed.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failed.problem().retryAfterMs().orElse(0)).isPositive();
        });
    }

    /// The room goes on: what was refused can be sent again under the same transaction ids, and
    /// a reader finds what was acknowledged, once, and nothing else.
    private void recovered() {
        await().until(() -> journal.health() == JournalHealth.ACCEPTING);
        for (int number = acknowledged.size() + 1; number <= sent; number++) {
            acknowledge(send(number));
        }
        acknowledge(send());
        assertThat(messages(engine)).containsExactlyElementsOf(acknowledged);
        assertThat(messages(engine())).containsExactlyElementsOf(acknowledged);
    }

    private List<EventId> messages(RoomEngine reading) {
        return reading.reader().room(room).orElseThrow().page(0, false, 100).events().stream()
                .filter(event -> event.row().type().equals("m.room.message"))
                .map(event -> event.row().eventId())
                .toList();
    }

    /// For all sessions from now on; those that there are end, as in a failover.
    private void readOnly(boolean on) {
        setForNewSessions("default_transaction_read_only = " + (on ? "on" : "off"));
        direct.read(handle -> handle.createQuery("""
                        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """).mapTo(Integer.class).one());
    }

    private void setForNewSessions(String setting) {
        String name = direct.read(handle -> handle.createQuery("SELECT current_database()")
                .mapTo(String.class)
                .one());
        direct.read(handle -> handle.execute("ALTER DATABASE \"" + name + "\" SET " + setting));
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void onEveryEvent(String statement) {
        direct.useTransaction(handle -> {
            handle.execute("""
                    CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN %s RETURN NULL; END $$""".formatted(statement));
            handle.execute("""
                    CREATE TRIGGER trouble AFTER INSERT ON event
                    FOR EACH STATEMENT EXECUTE FUNCTION trouble()""");
        });
    }
}
