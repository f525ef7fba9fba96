package im.holm.engine;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.TxnKey;
import im.holm.engine.testing.MemoryIdentities;
import im.holm.engine.testing.MemoryJournal;
import im.holm.engine.testing.MemoryStore;
import im.holm.journal.WakeUps;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One server of a [TestNetwork]: the engine over a store in memory.
final class TestServer {

    final TestNetwork network;
    final ServerName name;
    final Ed25519Signer signer;
    final MemoryIdentities identities = new MemoryIdentities();
    final MemoryStore store = new MemoryStore(identities);
    final MemoryJournal journal;
    final WakeUps wakeUps = new WakeUps();
    RoomEngine engine;

    TestServer(TestNetwork network, ServerName name) {
        this.network = network;
        this.name = name;
        byte[] seed = Arrays.copyOf(name.text().getBytes(StandardCharsets.UTF_8), 32);
        this.signer = Ed25519Signer.fromSeed(name, KeyId.of("ed25519:1"), seed);
        this.journal = new MemoryJournal(network.time);
        restart();
    }

    /// A new engine over what is stored.
    void restart() {
        engine = new RoomEngine(
                signer, network.time, store, identities, journal, null, null, wakeUps, 64 << 20);
    }

    UserId user(String localpart) {
        return new UserId(localpart, name);
    }

    RoomId createRoom(String creator) {
        return createRoom(creator, RoomVersions.V12);
    }

    RoomId createRoom(String creator, RoomVersion version) {
        var levels = version.privilegedCreators()
                ? JsonObject.EMPTY
                : JsonObject.of("users", JsonObject.EMPTY.with(user(creator).toString(), 100));
        var outcome = engine.commands()
                .create(new CreateRoom(
                        user(creator),
                        version,
                        RoomKind.PLAIN,
                        JsonObject.EMPTY,
                        List.of(
                                new InitialEvent(
                                        "m.room.member",
                                        Optional.of(user(creator).toString()),
                                        JsonObject.EMPTY.with("membership", "join")),
                                new InitialEvent("m.room.power_levels", Optional.of(""), levels),
                                new InitialEvent(
                                        "m.room.join_rules",
                                        Optional.of(""),
                                        JsonObject.EMPTY.with("join_rule", "public")),
                                new InitialEvent(
                                        "m.room.history_visibility",
                                        Optional.of(""),
                                        JsonObject.EMPTY.with("history_visibility", "shared")))));
        return switch (outcome) {
            case CreateOutcome.Created(RoomId room, long nid, long position) -> room;
            case CreateOutcome.Failed failed -> throw new AssertionError(failed);
        };
    }

    RoomView view(RoomId room) {
        return engine.reader().room(room).orElseThrow();
    }

    SendOutcome send(RoomId room, String sender, String type, JsonObject content) {
        return send(room, sender, type, Optional.empty(), content, Optional.empty());
    }

    EventId say(RoomId room, String sender, String body) {
        return sent(send(room, sender, "m.room.message", text(body)));
    }

    EventId state(RoomId room, String sender, String type, JsonObject content) {
        return sent(send(room, sender, type, Optional.of(""), content, Optional.empty()));
    }

    SendOutcome sendWithTxn(RoomId room, String sender, String body, long device, String txn) {
        byte[] key = Arrays.copyOf(txn.getBytes(StandardCharsets.UTF_8), TxnKey.KEY_BYTES);
        return send(
                room,
                sender,
                "m.room.message",
                Optional.empty(),
                text(body),
                Optional.of(new TxnKey(device, txn, key)));
    }

    private SendOutcome send(
            RoomId room,
            String sender,
            String type,
            Optional<String> stateKey,
            JsonObject content,
            Optional<TxnKey> txn) {
        return engine.commands()
                .send(new SendEvent(
                        room,
                        user(sender),
                        type,
                        stateKey,
                        content,
                        Optional.empty(),
                        txn,
                        OptionalLong.empty()));
    }

    static EventId sent(SendOutcome outcome) {
        return switch (outcome) {
            case SendOutcome.Sent(EventId id, long ts, long position) -> id;
            case SendOutcome other -> throw new AssertionError(other);
        };
    }

    static JsonObject text(String body) {
        return JsonObject.EMPTY.with("msgtype", "m.text").with("body", body);
    }

    /// The bodies of the messages in the timeline, oldest first.
    List<String> bodies(RoomId room) {
        return view(room).page(Long.MAX_VALUE, true, 1_000).events().reversed().stream()
                .filter(event -> event.row().type().equals("m.room.message"))
                .map(event -> event.content().string("body").orElse("(redacted)"))
                .toList();
    }
}
