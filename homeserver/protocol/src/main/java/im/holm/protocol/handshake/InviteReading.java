package im.holm.protocol.handshake;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.receipt.Evidence.Signatures;
import im.holm.protocol.signing.EventVerification;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.SignatureCheck;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The invited user's server before it signs an invite: nothing but an invite of one of our
/// users by one of theirs is signed (server-server API, `PUT /invite`).
public final class InviteReading {
    private InviteReading() {}

    public static InviteCheck check(InviteRequest request, KeyRing keys) {
        Optional<String> wrong = refusal(request);
        if (wrong.isPresent()) {
            return new InviteCheck.Refused(wrong.get());
        }
        return switch (EventVerification.verify(request.event(), keys)) {
            case SignatureCheck.BadSignature(String reason) -> new InviteCheck.Refused(reason);
            case SignatureCheck.KeyUnavailable(var server, var keyId) ->
                new InviteCheck.Refused("no key " + keyId + " of " + server);
            case SignatureCheck.Verified(VerifiedPdu event, boolean redacted) ->
                redacted
                        ? new InviteCheck.Refused("the content is not what its hash says")
                        : withState(
                                request, event, shown -> RoomStateReading.signatures(shown, keys));
        };
    }

    /// Why the event is not one that may be signed at all, whoever has signed it: not an
    /// invite, not by a user of the server that asks, not for a user of ours, or another one
    /// than the request's path names.
    public static Optional<String> refusal(InviteRequest request) {
        Pdu event = request.event();
        if (event.membership().filter("invite"::equals).isEmpty()) {
            return Optional.of("the event is no invite");
        }
        if (!event.sender().server().equals(request.origin())) {
            return Optional.of("the sender is not a user of " + request.origin());
        }
        boolean isOurs = event.stateKey()
                .flatMap(UserId::parse)
                .filter(user -> user.server().equals(request.us()))
                .isPresent();
        if (!isOurs) {
            return Optional.of("the invited user is not a user of " + request.us());
        }
        if (!event.roomId().equals(request.roomId())) {
            return Optional.of("the event is in another room");
        }
        return event.eventId().equals(request.eventId())
                ? Optional.empty()
                : Optional.of("the event has another id");
    }

    /// What the invited user is shown of the room.
    ///
    /// @param event the invite, its signatures checked
    /// @param signatures checks the signatures and the hash of an event
    public static InviteCheck withState(
            InviteRequest request, VerifiedPdu event, Function<Pdu, Signatures> signatures) {
        if (request.event().version().checkedInviteState()) {
            return switch (RoomStateReading.check(
                    request.event().version(), request.roomId(), request.roomState(), signatures)) {
                case RoomStateCheck.Acceptable(List<Pdu> events) ->
                    new InviteCheck.Acceptable(
                            event,
                            events.stream()
                                    .map(shown -> StrippedState.strip(shown.json()))
                                    .toList());
                case RoomStateCheck.Refused(String reason) -> new InviteCheck.Refused(reason);
            };
        }
        List<JsonObject> stripped = request.roomState().stream()
                .filter(StrippedState::isStripped)
                .limit(RoomStateReading.EVENTS_MAX)
                .map(StrippedState::strip)
                .toList();
        return new InviteCheck.Acceptable(event, stripped);
    }
}
