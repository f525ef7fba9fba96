package im.holm.protocol.bench;

import im.holm.protocol.auth.AuthEventList;
import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.receipt.AuthEvents;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.signing.VerifyKey;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.version.RoomVersion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A signed message of 1,024 bytes in a room of twenty members, and what a server that receives
/// it holds already: the sender's key, the auth events and the room's state.
final class SignedMessage {
    static final int SIZE_BYTES = 1_024;

    private static final String ALICE = "@alice:one.example";
    private static final String BOB = "@bob:two.example";
    private static final int MEMBERS = 20;

    final RoomVersion version;
    final EventDraft draft;
    final Pdu pdu;
    final byte[] bytes;
    final KeyRing keys = keys();
    final AuthState state;
    final VerifiedPdu verified;
    final AuthEvents authEvents;

    SignedMessage(RoomVersion version) {
        this.version = version;
        SketchBranch main = RoomSketch.open(version, ALICE).main();
        main.powerLevels(ALICE, levels(version));
        main.joinRule(ALICE, "public");
        for (int i = 0; i < MEMBERS - 2; i++) {
            main.join("@user" + i + ":server" + i + ".example");
        }
        main.join(BOB);
        RoomSketch room = main.room();
        int unpadded = main.message(BOB, "");
        int sizeBytes = room.event(unpadded).sizeBytes();
        main.message(BOB, "one before it");
        int[] heads = {room.size()};
        draft = room.draft(
                UserId.of(BOB),
                EventTypes.MESSAGE,
                Optional.empty(),
                JsonObject.builder()
                        .put("msgtype", "m.text")
                        .put("body", "w".repeat(SIZE_BYTES - sizeBytes))
                        .build(),
                heads);
        int ev = room.add(draft);
        pdu = room.event(ev);
        bytes = pdu.canonicalBytes();
        if (bytes.length != SIZE_BYTES) {
            throw new AssertionError("the message has " + bytes.length + " bytes");
        }
        Map<StateKey, Pdu> events = new HashMap<>();
        room.stateAfter(heads).forEach((key, at) -> events.put(key, room.event(at)));
        state = key -> Optional.ofNullable(events.get(key));
        List<AuthEventList.Entry> named = pdu.authEvents().stream()
                .map(id -> new AuthEventList.Entry(room.event(room.number(id)), false))
                .toList();
        authEvents = new AuthEvents(named, Optional.of(room.event(1)));
        verified = switch (EventVerification.verify(pdu, keys)) {
            case SignatureCheck.Verified(var event, boolean redacted) -> event;
            case SignatureCheck check -> throw new AssertionError(check.toString());
        };
    }

    private static JsonObject levels(RoomVersion version) {
        JsonObject users =
                version.privilegedCreators() ? JsonObject.EMPTY : JsonObject.EMPTY.with(ALICE, 100);
        return JsonObject.builder()
                .put("users", users.with("@user1:server1.example", 50))
                .put("events", JsonObject.EMPTY.with(EventTypes.MESSAGE, 0))
                .put("state_default", 50)
                .build();
    }

    /// As a server that has fetched the keys before: a look-up, no arithmetic.
    private static KeyRing keys() {
        Map<ServerName, VerifyKey> known = new HashMap<>();
        ServerName server = UserId.of(BOB).server();
        known.put(
                server,
                new VerifyKey(SketchKeys.signer(server).publicKey(), Long.MAX_VALUE, false));
        return (ServerName name, KeyId keyId, long atMillis) ->
                Optional.ofNullable(known.get(name)).filter(key -> keyId.equals(SketchKeys.KEY_ID));
    }
}
