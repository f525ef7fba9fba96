package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomEngine;
import im.holm.engine.RoomView;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.TxnKey;
import im.holm.journal.WakeUps;
import im.holm.platform.cache.Caches;
import im.holm.protocol.id.EventId;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// The engine over the real store and the real journal.
class EngineOnPostgresTest {
    private static final UserId ALICE = UserId.of("@alice:here.example");

    @TempDir
    Path dataDir;

    private RoomFixture fixture;
    private RoomEngine engine;

    @BeforeEach
    void start() {
        fixture = new RoomFixture(dataDir);
        engine = engine();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private RoomEngine engine() {
        var signer = Ed25519Signer.fromSeed(RoomFixture.HERE, KeyId.of("ed25519:1"), new byte[32]);
        return new RoomEngine(
                signer,
                InstantSource.system(),
                fixture.rooms,
                fixture.identities,
                fixture.journal,
                null,
                null,
                new WakeUps(),
                new Caches(64 << 20, new SimpleMeterRegistry()));
    }

    @Test
    void aRestartedEngineReadsTheSameRoom() {
        var room = createRoom();
        for (int i = 0; i < 20; i++) {
            state(room, "m.room.topic", JsonObject.EMPTY.with("topic", "t" + i));
            send(room, "message " + i, Optional.empty());
        }
        RoomView before = engine.reader().room(room).orElseThrow();

        engine = engine();

        RoomView after = engine.reader().room(room).orElseThrow();
        assertThat(after.head()).usingRecursiveComparison().isEqualTo(before.head());
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(after.state(3)).isEqualTo(before.state(3));
        assertThat(after.page(Long.MAX_VALUE, true, 100).events())
                .usingRecursiveComparison()
                .ignoringFields("row.fact")
                .isEqualTo(before.page(Long.MAX_VALUE, true, 100).events());
    }

    @Test
    void manySendersLoseNothingAndDoubleNothing() throws InterruptedException {
        var rooms = List.of(createRoom(), createRoom(), createRoom());
        Set<EventId> sent = ConcurrentHashMap.newKeySet();
        var senders = IntStream.range(0, 12)
                .mapToObj(sender -> Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 20; i++) {
                        var outcome = send(rooms.get(sender % 3), "m", Optional.empty());
                        sent.add(((SendOutcome.Sent) outcome).eventId());
                    }
                }))
                .toList();
        for (Thread sender : senders) {
            sender.join();
        }

        assertThat(sent).hasSize(240);
        for (RoomId room : rooms) {
            var view = engine.reader().room(room).orElseThrow();
            var messages = view.page(Long.MAX_VALUE, true, 200).events().stream()
                    .filter(event -> event.row().type().equals("m.room.message"))
                    .map(event -> event.row().eventId())
                    .toList();
            assertThat(messages).hasSize(80).doesNotHaveDuplicates();
            assertThat(sent).containsAll(messages);
        }
    }

    @Test
    void oneTransactionIsSentOnceHoweverOftenItIsTriedAtOnce() throws InterruptedException {
        var room = createRoom();
        var txn = new TxnKey(4, "once", new byte[TxnKey.KEY_BYTES]);
        Set<EventId> answers = ConcurrentHashMap.newKeySet();
        var tries = IntStream.range(0, 16)
                .mapToObj(i -> Thread.ofVirtual()
                        .start(() -> answers.add(
                                switch (send(room, "once", Optional.of(txn))) {
                                    case SendOutcome.Sent sent -> sent.eventId();
                                    case SendOutcome.Duplicate duplicate -> duplicate.eventId();
                                    case SendOutcome.Failed failed ->
                                        throw new AssertionError(failed);
                                })))
                .toList();
        for (Thread attempt : tries) {
            attempt.join();
        }

        assertThat(answers).hasSize(1);
        long nid = fixture.rooms.room(room).orElseThrow().identity().roomNid();
        assertThat(fixture.count("event WHERE type = 'm.room.message' AND room_nid = " + nid))
                .isEqualTo(1);
    }

    @Test
    void twoEnginesOnOneRoomHarmNothing() {
        var room = createRoom();
        var other = engine();
        for (int i = 0; i < 10; i++) {
            assertThat(send(room, "mine " + i, Optional.empty()))
                    .isInstanceOf(SendOutcome.Sent.class);
            var theirs = other.commands().send(message(room, "theirs " + i, Optional.empty()));
            assertThat(theirs).isInstanceOf(SendOutcome.Sent.class);
        }

        var view = engine().reader().room(room).orElseThrow();
        assertThat(view.page(Long.MAX_VALUE, true, 100).events().stream()
                        .filter(event -> event.row().type().equals("m.room.message")))
                .hasSize(20);
    }

    private RoomId createRoom() {
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

    private SendOutcome send(RoomId room, String body, Optional<TxnKey> txn) {
        return engine.commands().send(message(room, body, txn));
    }

    private static SendEvent message(RoomId room, String body, Optional<TxnKey> txn) {
        return new SendEvent(
                room,
                ALICE,
                "m.room.message",
                Optional.empty(),
                JsonObject.EMPTY.with("body", body),
                Optional.empty(),
                txn,
                OptionalLong.empty());
    }

    private void state(RoomId room, String type, JsonObject content) {
        assertThat(engine.commands()
                        .send(new SendEvent(
                                room,
                                ALICE,
                                type,
                                Optional.of(""),
                                content,
                                Optional.empty(),
                                Optional.empty(),
                                OptionalLong.empty())))
                .isInstanceOf(SendOutcome.Sent.class);
    }
}
