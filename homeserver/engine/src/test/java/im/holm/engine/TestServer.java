package im.holm.engine;

import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.RoomMembership.MembershipOutcome;
import im.holm.engine.core.GapReason;
import im.holm.engine.core.Membership;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.TxnKey;
import im.holm.engine.testing.MemoryIdentities;
import im.holm.engine.testing.MemoryJournal;
import im.holm.engine.testing.MemoryStore;
import im.holm.journal.FactKind;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.journal.WakeUps;
import im.holm.platform.cache.Caches;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    final PeerRooms peers;
    final PeerMembership handshakes;
    RoomEngine engine;
    private Vector sent = Vector.ZERO;
    private final List<Lost> lost = new ArrayList<>();

    private record Lost(ServerName to, VerifiedPdu event) {}
    /// What became of the events that were received, newest last.
    final List<InboundRooms.ReceiveOutcome> received = new ArrayList<>();

    TestServer(TestNetwork network, ServerName name) {
        this.network = network;
        this.name = name;
        byte[] seed = Arrays.copyOf(name.text().getBytes(StandardCharsets.UTF_8), 32);
        this.signer = Ed25519Signer.fromSeed(name, KeyId.of("ed25519:1"), seed);
        this.journal = new MemoryJournal(network.time);
        this.peers = new PeerRooms(network, name);
        this.handshakes = new PeerMembership(network, this);
        restart();
    }

    /// A new engine over what is stored.
    void restart() {
        engine = new RoomEngine(
                signer,
                network.time,
                store,
                identities,
                journal,
                peers,
                handshakes,
                wakeUps,
                new Caches(64 << 20, new SimpleMeterRegistry()));
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

    /// Sends own events that were committed since the last time to the servers that are to have
    /// them.
    ///
    /// @return whether there was anything
    boolean sendNews() {
        Vector now = journal.visible();
        var entries = journal.read(sent, now, 10_000);
        sent = now;
        boolean any = false;
        for (JournalEntry entry : entries) {
            if (entry.fact().kind() == FactKind.EVENT) {
                any |= send(entry.fact().scope(), (int) entry.fact().ref());
            }
        }
        return any;
    }

    private boolean send(long roomNid, int ev) {
        var event = engine.archive().event(roomNid, ev).orElseThrow();
        if (!event.pdu().sender().server().equals(name)) {
            return false;
        }
        for (ServerName to : engine.archive().destinations(roomNid, ev)) {
            network.reach(name, to)
                    .ifPresent(peer -> peer.receive(name, event.pdu().json()));
        }
        return true;
    }

    InboundRooms.ReceiveOutcome receive(ServerName origin, JsonObject pdu) {
        var outcome = engine.inbound().receive(origin, pdu);
        received.add(outcome);
        return outcome;
    }

    MembershipOutcome change(
            RoomId room, String sender, UserId target, Membership membership, TestServer... via) {
        return engine.membership()
                .change(new ChangeMembership(
                        user(sender),
                        target,
                        room,
                        membership,
                        JsonObject.EMPTY,
                        Arrays.stream(via).map(server -> server.name).toList()));
    }

    EventId join(RoomId room, String localpart, TestServer... via) {
        return changed(change(room, localpart, user(localpart), Membership.JOIN, via));
    }

    static EventId changed(MembershipOutcome outcome) {
        return switch (outcome) {
            case MembershipOutcome.Changed(EventId id, long position) -> id;
            case MembershipOutcome other -> throw new AssertionError(other);
        };
    }

    /// The event as it is stored.
    VerifiedPdu event(RoomId room, EventId id) {
        var view = view(room);
        int ev = view.event(id).orElseThrow().row().ev();
        return engine.archive().event(view.identity().roomNid(), ev).orElseThrow();
    }

    /// The current state: place to event id.
    Map<StateKey, EventId> stateIds(RoomId room) {
        var view = view(room);
        Map<StateKey, EventId> ids = new HashMap<>();
        view.state()
                .forEach((key, ev) -> ids.put(
                        key, view.events(new int[] {ev}).getFirst().row().eventId()));
        return ids;
    }

    void setState(RoomId room, String sender, String type, String key, String value) {
        trySetState(room, sender, type, JsonObject.EMPTY.with(key, value));
    }

    SendOutcome trySetState(RoomId room, String sender, String type, JsonObject content) {
        return send(room, sender, type, Optional.of(""), content, Optional.empty());
    }

    /// Lets any local user who is in the room say something.
    void someoneSpeaks(RoomId room) {
        var view = view(room);
        for (long nid : engine.memberships().localJoined(view.identity().roomNid())) {
            var outcome = send(room, identities.user(nid).localpart(), "m.room.message", text("."));
            if (outcome instanceof SendOutcome.Sent) {
                return;
            }
        }
    }

    /// Sends again what got lost about members of the receiving servers: nobody else would tell
    /// them.
    void sendLostMemberships() {
        List<Lost> again = List.copyOf(lost);
        lost.clear();
        for (Lost sending : again) {
            boolean concerns = sending.event()
                    .pdu()
                    .stateKey()
                    .filter(key -> key.endsWith(":" + sending.to()))
                    .isPresent();
            if (concerns) {
                network.reach(name, sending.to())
                        .ifPresent(
                                peer -> peer.receive(name, sending.event().pdu().json()));
            }
        }
    }

    boolean admits(TestServer server, RoomId room) {
        return engine.archive().admits(server.name, room);
    }

    /// Fills the gaps that lost events have left, as far as it goes.
    ///
    /// @return whether there were any
    boolean fillMissed(RoomId room) {
        var view = view(room);
        long nid = view.identity().roomNid();
        boolean any = false;
        boolean progress = true;
        while (progress) {
            var gap = store.gaps(nid).stream()
                    .filter(open -> open.reason() == GapReason.MISSED)
                    .findFirst();
            any |= gap.isPresent();
            progress = gap.isPresent() && view(room).fill(gap.get().tlAbove(), 100);
        }
        return any;
    }
}
