package im.holm.protocol.handshake;

import im.holm.protocol.auth.AuthRules;
import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventReference;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.ParsedPdu;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The resident server's first half of a handshake: an event for the other server to sign.
public final class TemplateMaking {
    private TemplateMaking() {}

    /// @param supportedVersions the room versions that the asking server supports (`ver`);
    ///     read for joins and knocks, as a leave has no such parameter
    /// @param restricted what matters when the room's joins are restricted
    /// @param nowMillis milliseconds since 1970
    public static TemplateAnswer make(
            HandshakeKind kind,
            UserId user,
            Set<String> supportedVersions,
            RoomFacts room,
            RestrictedFacts restricted,
            long nowMillis) {
        if (kind != HandshakeKind.LEAVE
                && !supportedVersions.contains(room.version().id())) {
            return new TemplateAnswer.IncompatibleVersion(room.version());
        }
        JsonObject content = JsonObject.EMPTY.with("membership", kind.membership());
        if (kind != HandshakeKind.JOIN) {
            return template(user, content, room, nowMillis);
        }
        return switch (RestrictedJoins.permit(room.version(), room.state(), user, restricted)) {
            case JoinPermit.NotNeeded _ -> template(user, content, room, nowMillis);
            case JoinPermit.By(UserId authoriser) ->
                template(
                        user,
                        content.with("join_authorised_via_users_server", authoriser.toString()),
                        room,
                        nowMillis);
            case JoinPermit.UnableToGrant(String reason) ->
                new TemplateAnswer.UnableToGrant(reason);
            case JoinPermit.UnableToAuthorise(String reason) ->
                new TemplateAnswer.UnableToAuthorise(reason);
            case JoinPermit.Forbidden(String reason) ->
                new TemplateAnswer.Forbidden("member.join.condition", reason);
        };
    }

    /// An event after the room's last ones, with the auth events that its state offers. For
    /// local events too.
    public static EventDraft draft(
            RoomFacts room,
            UserId sender,
            String type,
            Optional<String> stateKey,
            JsonObject content,
            long nowMillis) {
        List<Pdu> auth =
                AuthSelection.typesFor(room.version(), type, sender, stateKey, content).stream()
                        .flatMap(key -> room.state().get(key).stream())
                        .toList();
        Map<EventId, String> hashes = new HashMap<>(room.hashes());
        hashes.putAll(EventReference.hashesOf(auth));
        return new EventDraft(
                        Optional.of(room.roomId()),
                        sender,
                        type,
                        stateKey,
                        content,
                        room.prevEvents(),
                        auth.stream().map(Pdu::eventId).toList(),
                        room.depth(),
                        nowMillis)
                .withHashes(hashes);
    }

    /// What the auth rules would say about a draft in the room's current state.
    public static AuthVerdict judge(RoomFacts room, EventDraft draft) {
        JsonObject unsigned = ContentHash.addTo(EventSigning.draftJson(room.version(), draft))
                .with("signatures", JsonObject.EMPTY);
        return switch (PduParser.parse(room.version(), unsigned)) {
            case ParsedPdu.WellFormed(Pdu event) -> AuthRules.check(event, room.state());
            case ParsedPdu.Malformed(String reason) ->
                AuthVerdict.denied("event.malformed", reason);
        };
    }

    private static TemplateAnswer template(
            UserId user, JsonObject content, RoomFacts room, long nowMillis) {
        EventDraft draft = draft(
                room, user, EventTypes.MEMBER, Optional.of(user.toString()), content, nowMillis);
        return switch (judge(room, draft)) {
            case AuthVerdict.Allowed _ ->
                new TemplateAnswer.Template(
                        room.version(), EventSigning.draftJson(room.version(), draft));
            case AuthVerdict.Denied(var rule, String reason) ->
                new TemplateAnswer.Forbidden(rule.id(), reason);
        };
    }
}
