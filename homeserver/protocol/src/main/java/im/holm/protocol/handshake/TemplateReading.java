package im.holm.protocol.handshake;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventLimits;
import im.holm.protocol.event.EventReference;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The joining server's half of a handshake: is the template what we asked for?
///
/// We sign what we say, never what we were handed: only the references to other events, the
/// depth and the user who authorises a restricted join come from the template, and everything
/// else that it holds is left out. So no server can have us sign an event of its own making.
public final class TemplateReading {
    private TemplateReading() {}

    /// Checks the body of an answer to `make_join`, `make_leave` or `make_knock`.
    ///
    /// @param resident the server that answers: only its own users can authorise a restricted
    /// join,
    ///     as it has to sign for them
    /// @param nowMillis the time of our event, milliseconds since 1970
    public static TemplateCheck check(
            TemplateRequest request, ServerName resident, JsonObject body, long nowMillis) {
        Optional<RoomVersion> version = body.string("room_version")
                .filter(request.versions()::contains)
                .flatMap(RoomVersions::find);
        if (version.isEmpty()) {
            return new TemplateCheck.Refused("room_version is not one that we offered");
        }
        Optional<JsonObject> event = body.object("event");
        if (event.isEmpty()) {
            return new TemplateCheck.Refused("no event");
        }
        Optional<String> wrong = difference(request, event.get());
        if (wrong.isPresent()) {
            return new TemplateCheck.Refused(wrong.get() + " is not what we asked for");
        }
        if (namesForeignAuthoriser(event.get(), resident)) {
            return new TemplateCheck.Refused(
                    "join_authorised_via_users_server names another server's user");
        }
        return compose(request, version.get(), event.get(), nowMillis);
    }

    private static Optional<String> difference(TemplateRequest request, JsonObject event) {
        String user = request.user().toString();
        if (!is(event, "type", EventTypes.MEMBER)) {
            return Optional.of("type");
        }
        if (!is(event, "room_id", request.roomId().text())) {
            return Optional.of("room_id");
        }
        if (!is(event, "sender", user)) {
            return Optional.of("sender");
        }
        if (!is(event, "state_key", user)) {
            return Optional.of("state_key");
        }
        boolean isMembership = event.object("content")
                .filter(content -> is(content, "membership", request.kind().membership()))
                .isPresent();
        return isMembership ? Optional.empty() : Optional.of("content.membership");
    }

    private static boolean namesForeignAuthoriser(JsonObject event, ServerName resident) {
        return event.object("content")
                .flatMap(content -> content.string("join_authorised_via_users_server"))
                .flatMap(UserId::parse)
                .filter(user -> !user.server().equals(resident))
                .isPresent();
    }

    private static boolean is(JsonObject object, String key, String wanted) {
        return object.string(key).filter(wanted::equals).isPresent();
    }

    private static TemplateCheck compose(
            TemplateRequest request, RoomVersion version, JsonObject event, long nowMillis) {
        Optional<List<EventReference>> prev =
                references(version, event, "prev_events", EventLimits.PREV_EVENTS_MAX);
        Optional<List<EventReference>> auth =
                references(version, event, "auth_events", EventLimits.AUTH_EVENTS_MAX);
        OptionalLong depth = event.integer("depth");
        boolean hasDepth = depth.isPresent() && depth.getAsLong() >= 0;
        if (prev.isEmpty()
                || prev.get().isEmpty()
                || auth.isEmpty()
                || auth.get().isEmpty()
                || !hasDepth) {
            return new TemplateCheck.Refused(
                    "prev_events, auth_events or depth is missing or malformed");
        }
        JsonObject content = request.ownContent()
                .without("join_authorised_via_users_server")
                .without("third_party_invite")
                .with("membership", request.kind().membership());
        Optional<UserId> authoriser = event.object("content")
                .flatMap(theirs -> theirs.string("join_authorised_via_users_server"))
                .flatMap(UserId::parse);
        if (request.kind() == HandshakeKind.JOIN
                && version.restrictedJoins()
                && authoriser.isPresent()) {
            content = content.with(
                    "join_authorised_via_users_server", authoriser.get().toString());
        }
        String user = request.user().toString();
        return new TemplateCheck.Accepted(
                version,
                new EventDraft(
                                Optional.of(request.roomId()),
                                request.user(),
                                EventTypes.MEMBER,
                                Optional.of(user),
                                content,
                                ids(prev.get()),
                                ids(auth.get()),
                                depth.getAsLong(),
                                nowMillis)
                        .withHashes(hashes(prev.get(), auth.get())));
    }

    /// The references of a list; empty when one is malformed, or lacks the hash that we would
    /// have to write.
    private static Optional<List<EventReference>> references(
            RoomVersion version, JsonObject event, String key, int max) {
        Optional<JsonArray> array = event.array(key).filter(list -> list.size() <= max);
        if (array.isEmpty()) {
            return Optional.empty();
        }
        List<EventReference> references = array.get().values().stream()
                .flatMap(entry -> EventReference.parse(version, entry).stream())
                .filter(read -> !version.hasChosenEventIds() || isHash(read.sha256()))
                .toList();
        return references.size() == array.get().size() ? Optional.of(references) : Optional.empty();
    }

    private static boolean isHash(Optional<String> sha256) {
        return sha256.flatMap(Base64Text::decode)
                .filter(bytes -> bytes.length == EventId.HASH_BYTES)
                .isPresent();
    }

    private static List<EventId> ids(List<EventReference> references) {
        return references.stream().map(EventReference::id).toList();
    }

    private static Map<EventId, String> hashes(
            List<EventReference> prev, List<EventReference> auth) {
        Map<EventId, String> hashes = new HashMap<>();
        Stream.concat(prev.stream(), auth.stream())
                .forEach(named -> named.sha256().ifPresent(hash -> hashes.put(named.id(), hash)));
        return hashes;
    }
}
