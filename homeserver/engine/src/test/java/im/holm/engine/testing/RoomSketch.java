package im.holm.engine.testing;

import im.holm.engine.core.CreateEvent;
import im.holm.engine.core.RoomAppend;
import im.holm.engine.core.RoomEffect;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.engine.core.RoomKind;
import im.holm.engine.core.RoomState;
import im.holm.engine.core.RoomStatus;
import im.holm.engine.core.RoomStep;
import im.holm.engine.core.StepResult;
import im.holm.engine.core.TxnKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersions;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// A room that the core alone runs: each command gives an append for whoever tests a store, and the
/// next command is decided on top of it.
public final class RoomSketch {

    private static final ServerName SERVER = ServerName.of("sketch.example");
    private static final Instant NOW = Instant.parse("2026-11-25T00:00:00Z");

    public static final UserId ALICE = new UserId("alice", SERVER);
    public static final UserId BOB = new UserId("bob", SERVER);

    private final RoomStep core = new RoomStep(Ed25519Signer.fromSeed(
            SERVER, KeyId.of("ed25519:1"), Arrays.copyOf(new byte[] {1}, 32)));
    private final Function<RoomEffect.Lookup, RoomInput.Found> store;
    private final VerifiedPdu create;
    private RoomState state;

    /// @param store answers what the core asks for
    /// @param name makes the room's id
    public RoomSketch(
            long roomNid, String name, Function<RoomEffect.Lookup, RoomInput.Found> store) {
        this.store = store;
        var signer = Ed25519Signer.fromSeed(
                SERVER, KeyId.of("ed25519:1"), Arrays.copyOf(new byte[] {1}, 32));
        var signed = CreateEvent.sign(
                RoomVersions.V12,
                Optional.empty(),
                ALICE,
                JsonObject.EMPTY.with("name", name),
                signer,
                NOW);
        this.create = ((SignedEvent.Signed) signed).event();
        var identity =
                new RoomIdentity(roomNid, create.pdu().roomId(), RoomVersions.V12, RoomKind.GROUP);
        this.state = RoomState.fresh(identity, RoomStatus.JOINED, 0, 0);
    }

    public RoomState state() {
        return state;
    }

    public RoomIdentity identity() {
        return state.identity();
    }

    /// The room's create event, its creator's join and a join rule.
    public RoomAppend create() {
        return step(new RoomInput.Create(
                create,
                List.of(
                        member(ALICE, "join"),
                        new LocalEvent(
                                "m.room.join_rules",
                                Optional.of(""),
                                JsonObject.EMPTY.with("join_rule", "public")))));
    }

    public RoomAppend say(String body) {
        return step(command(ALICE, message(body, Optional.empty(), Optional.empty())));
    }

    public RoomAppend say(String body, TxnKey txn) {
        return step(command(ALICE, message(body, Optional.empty(), Optional.of(txn))));
    }

    public RoomAppend redact(EventId target) {
        return step(command(
                ALICE,
                new LocalEvent(
                        "m.room.redaction",
                        Optional.empty(),
                        JsonObject.EMPTY,
                        Optional.of(target),
                        Optional.empty(),
                        OptionalLong.empty())));
    }

    public RoomAppend topic(String topic) {
        return step(command(
                ALICE,
                new LocalEvent(
                        "m.room.topic", Optional.of(""), JsonObject.EMPTY.with("topic", topic))));
    }

    public RoomAppend membership(UserId user, String membership) {
        return step(command(user, member(user, membership)));
    }

    /// An append that changes rows beside the events.
    public RoomAppend rows(Function<RoomAppend, RoomAppend> change) {
        RoomState before = state;
        RoomAppend plain = say("carries other rows");
        RoomAppend changed = change.apply(plain);
        if (changed.base() != before.head().version()) {
            throw new IllegalArgumentException("the base is not to change");
        }
        return changed;
    }

    private static LocalEvent member(UserId user, String membership) {
        return new LocalEvent(
                "m.room.member",
                Optional.of(user.toString()),
                JsonObject.EMPTY.with("membership", membership));
    }

    private static LocalEvent message(
            String body, Optional<EventId> redacts, Optional<TxnKey> txn) {
        return new LocalEvent(
                "m.room.message",
                Optional.empty(),
                JsonObject.EMPTY.with("msgtype", "m.text").with("body", body),
                redacts,
                txn,
                OptionalLong.empty());
    }

    private static RoomInput command(UserId sender, LocalEvent event) {
        return new RoomInput.Command(sender, List.of(event));
    }

    private RoomAppend step(RoomInput input) {
        while (true) {
            StepResult result = core.step(state, input, NOW);
            state = result.next();
            for (RoomEffect effect : result.effects()) {
                if (effect instanceof RoomEffect.Append(RoomAppend append)) {
                    return append;
                }
                if (effect instanceof RoomEffect.Reject reject) {
                    throw new IllegalArgumentException(reject.toString());
                }
                if (effect instanceof RoomEffect.Lookup lookup) {
                    state = core.step(state, store.apply(lookup), NOW).next();
                }
            }
        }
    }

    /// Undoes decisions that were not stored.
    public void backTo(RoomState earlier) {
        state = earlier;
    }
}
