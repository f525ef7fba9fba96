package im.holm.protocol.handshake;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.receipt.Evidence.Signatures;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.SignatureCheck;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Checks `invite_room_state` and `knock_room_state` where they are whole events: each
/// well-formed, signed and in the room, the create event among them.
public final class RoomStateReading {
    /// More events than this are refused: each may cost a look-up of a key.
    public static final int EVENTS_MAX = 50;

    private RoomStateReading() {}

    public static RoomStateCheck check(
            RoomVersion version, RoomId roomId, List<JsonObject> state, KeyRing keys) {
        return check(version, roomId, state, event -> signatures(event, keys));
    }

    static Signatures signatures(Pdu event, KeyRing keys) {
        return switch (EventVerification.verify(event, keys)) {
            case SignatureCheck.Verified(var verified, boolean redacted) ->
                new Signatures.Good(verified);
            case SignatureCheck.BadSignature(String reason) -> new Signatures.Bad(reason);
            case SignatureCheck.KeyUnavailable(var server, var keyId) ->
                new Signatures.Unknown("no key " + keyId + " of " + server);
        };
    }

    /// @param signatures checks the signatures and the hash of an event
    public static RoomStateCheck check(
            RoomVersion version,
            RoomId roomId,
            List<JsonObject> state,
            Function<Pdu, Signatures> signatures) {
        if (state.size() > EVENTS_MAX) {
            return new RoomStateCheck.Refused("more than " + EVENTS_MAX + " events of room state");
        }
        List<Pdu> shown = new ArrayList<>();
        for (JsonObject json : state) {
            if (!(PduParser.parse(version, json) instanceof ParsedPdu.WellFormed(Pdu event))) {
                return new RoomStateCheck.Refused("an event of the room state is malformed");
            }
            if (!event.roomId().equals(roomId)) {
                return new RoomStateCheck.Refused("an event of the room state is in another room");
            }
            switch (signatures.apply(event)) {
                case Signatures.Good(var verified) -> shown.add(verified.pdu());
                case Signatures.Bad(String reason) -> {
                    return new RoomStateCheck.Refused("an event of the room state: " + reason);
                }
                // Its server may be gone for good: the room is shown without this
                // event, unless the room's id proves it.
                case Signatures.Unknown _ -> {
                    if (version.roomIdIsCreateHash() && event.isState(EventTypes.CREATE)) {
                        shown.add(event);
                    }
                }
            }
        }
        boolean hasCreate = shown.stream().anyMatch(event -> event.isState(EventTypes.CREATE));
        return hasCreate
                ? new RoomStateCheck.Acceptable(List.copyOf(shown))
                : new RoomStateCheck.Refused(
                        "the room state has no create event that could be checked");
    }
}
