package im.holm.protocol.auth;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.Optional;

/// Rule 1: the event that opens a room.
final class CreateRule {
    private CreateRule() {}

    static AuthVerdict check(Pdu event) {
        RoomVersion version = event.version();
        // 1.1
        if (!event.prevEvents().isEmpty()) {
            return SpecRule.CREATE_PREV_EVENTS.denies("a create event comes first");
        }
        // 12: 1.2
        if (version.roomIdIsCreateHash() && event.json().has("room_id")) {
            return SpecRule.CREATE_ROOM_ID.denies("the create event names the room, not itself");
        }
        // 11: 1.2
        if (!version.roomIdIsCreateHash() && !isOfSendersServer(event)) {
            return SpecRule.CREATE_DOMAIN.denies(
                    "the room id is of another server than the sender");
        }
        // 1.3
        if (!isOfVersion(event)) {
            return SpecRule.CREATE_VERSION.denies("the room version is not recognised");
        }
        // 1 to 10: 1.4
        if (version.creatorInContent() && !event.content().has("creator")) {
            return SpecRule.CREATE_CREATOR.denies("no creator");
        }
        // 12: 1.4
        if (version.privilegedCreators() && !hasValidCreators(event)) {
            return SpecRule.CREATE_ADDITIONAL_CREATORS.denies(
                    "additional_creators are not user ids");
        }
        // 12: 1.5, 11: 1.4
        return SpecRule.CREATE_ALLOWED.allows();
    }

    private static boolean isOfSendersServer(Pdu event) {
        Optional<ServerName> server = event.roomId().server();
        return server.isPresent() && server.get().equals(event.sender().server());
    }

    /// The event was read by the rules of a version, so only that version is one that we
    /// recognise in it; a create event that names none opens a room of version 1.
    private static boolean isOfVersion(Pdu event) {
        Optional<JsonValue> named = event.content().get("room_version");
        return named.isEmpty()
                || (named.get() instanceof JsonString(String id)
                        && id.equals(event.version().id()));
    }

    private static boolean hasValidCreators(Pdu event) {
        Optional<JsonValue> creators = event.content().get("additional_creators");
        if (creators.isEmpty()) {
            return true;
        }
        if (!(creators.get() instanceof JsonArray array)) {
            return false;
        }
        return array.values().stream()
                .allMatch(value -> value instanceof JsonString(String id)
                        && UserId.parse(id).isPresent());
    }
}
