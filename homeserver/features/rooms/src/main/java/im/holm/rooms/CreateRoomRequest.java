package im.holm.rooms;

import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Request;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;
import im.holm.slice.Fields;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a client wants of a new room, checked (client-server API, "POST /createRoom").
///
/// @param published whether the room goes into the published directory
/// @param creationContent further keys of `m.room.create`, without those that the server decides
/// @param powerLevels keys that replace those of the default power levels
record CreateRoomRequest(
        RoomPreset preset,
        boolean published,
        RoomVersion version,
        Optional<RoomAlias> alias,
        Optional<String> name,
        Optional<String> topic,
        List<UserId> invite,
        boolean direct,
        JsonObject creationContent,
        List<UserId> additionalCreators,
        List<InitialEvent> initialState,
        JsonObject powerLevels) {

    static final int INVITES_MAX = 100;
    static final int INITIAL_STATE_MAX = 100;
    static final int CREATORS_MAX = 100;

    sealed interface Reading {
        record Ok(CreateRoomRequest request) implements Reading {}

        record Bad(Fields flawed) implements Reading {}
    }

    static Reading read(Request http, ServerName serverName, RoomVersion defaultVersion) {
        Fields body = Fields.of(http);
        boolean published = oneOf(body, "visibility", List.of("private", "public"))
                .filter("public"::equals)
                .isPresent();
        RoomPreset preset = oneOf(body, "preset", RoomPreset.names())
                .map(RoomPreset::ofName)
                .orElse(published ? RoomPreset.PUBLIC_CHAT : RoomPreset.PRIVATE_CHAT);
        RoomVersion version = version(body, defaultVersion);
        JsonObject creation = body.optionalObject("creation_content").orElse(JsonObject.EMPTY);
        if (!body.objects("invite_3pid", INVITES_MAX).isEmpty()) {
            body.refuse(
                    ErrorCode.THREEPID_MEDIUM_NOT_SUPPORTED,
                    "This server does not invite by e-mail or phone number.");
        }
        var request = new CreateRoomRequest(
                preset,
                published,
                version,
                alias(body, serverName),
                body.optionalString("name"),
                body.optionalString("topic"),
                body.ids("invite", INVITES_MAX, UserId::parse).stream()
                        .distinct()
                        .toList(),
                body.bool("is_direct", false),
                creation.without("creator").without("room_version").without("additional_creators"),
                additionalCreators(body, version),
                initialState(body),
                body.optionalObject("power_level_content_override").orElse(JsonObject.EMPTY));
        requireCanonical(body);
        return body.failed() ? new Reading.Bad(body) : new Reading.Ok(request);
    }

    private static Optional<String> oneOf(Fields body, String key, List<String> values) {
        Optional<String> value = body.optionalString(key);
        if (value.isPresent() && !values.contains(value.get())) {
            body.refuse(ErrorCode.INVALID_PARAM, "'" + key + "' is none of " + values);
            return Optional.empty();
        }
        return value;
    }

    private static RoomVersion version(Fields body, RoomVersion defaultVersion) {
        Optional<String> id = body.optionalString("room_version");
        Optional<RoomVersion> version =
                id.isEmpty() ? Optional.of(defaultVersion) : RoomVersions.find(id.get());
        if (version.isEmpty()) {
            body.refuse(
                    ErrorCode.UNSUPPORTED_ROOM_VERSION,
                    "This server does not create rooms of version " + id.get() + ".");
        }
        return version.orElse(defaultVersion);
    }

    private static Optional<RoomAlias> alias(Fields body, ServerName serverName) {
        return body.optionalId(
                "room_alias_name",
                local -> local.isEmpty()
                                || local.indexOf(':') >= 0
                                || local.chars().anyMatch(Character::isWhitespace)
                        ? Optional.<RoomAlias>empty()
                        : RoomAlias.parse("#" + local + ":" + serverName));
    }

    private static List<UserId> additionalCreators(Fields body, RoomVersion version) {
        if (!version.privilegedCreators()) {
            return List.of();
        }
        return body.optionalFields("creation_content")
                .map(creation -> creation.ids("additional_creators", CREATORS_MAX, UserId::parse))
                .orElse(List.of());
    }

    private static List<InitialEvent> initialState(Fields body) {
        List<InitialEvent> events = new ArrayList<>();
        for (Fields event : body.objects("initial_state", INITIAL_STATE_MAX)) {
            String type = event.string("type");
            String stateKey = event.optionalString("state_key").orElse("");
            if (type.equals(EventTypes.CREATE) || type.equals(EventTypes.MEMBER)) {
                body.refuse(ErrorCode.INVALID_ROOM_STATE, type + " cannot be initial state");
            }
            events.add(new InitialEvent(type, Optional.of(stateKey), event.object("content")));
        }
        return events;
    }

    private static void requireCanonical(Fields body) {
        for (String key :
                List.of("creation_content", "initial_state", "power_level_content_override")) {
            if (!body.object().get(key).map(CanonicalJson::isCanonical).orElse(true)) {
                body.refuse(ErrorCode.BAD_JSON, "'" + key + "' has a number that is no integer");
            }
        }
    }
}
