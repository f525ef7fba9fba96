package im.holm.rooms;

import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a replacement takes over from the room that it replaces (client-server API, "Room
/// upgrades", server behaviour).
final class RoomHeritage {

    private static final long FULL_LEVEL = 100;

    /// State that means the same whoever sent it.
    private static final List<String> TRANSFERRED = List.of(
            EventTypes.SERVER_ACL,
            EventTypes.ENCRYPTION,
            EventTypes.NAME,
            EventTypes.AVATAR,
            EventTypes.TOPIC,
            EventTypes.GUEST_ACCESS,
            EventTypes.HISTORY_VISIBILITY,
            EventTypes.JOIN_RULES,
            EventTypes.CANONICAL_ALIAS);

    private final RoomView old;
    private final RoomVersion version;
    private final UserId creator;
    private final List<UserId> additionalCreators;

    RoomHeritage(
            RoomView old, RoomVersion version, UserId creator, List<UserId> additionalCreators) {
        this.old = old;
        this.version = version;
        this.creator = creator;
        this.additionalCreators = additionalCreators.stream()
                .filter(user -> version.privilegedCreators() && !user.equals(creator))
                .distinct()
                .toList();
    }

    JsonObject createContent() {
        JsonObject create = content(EventTypes.CREATE).orElse(JsonObject.EMPTY);
        var content = JsonObject.builder().put("predecessor", predecessor());
        content.putIfPresent("type", create.get("type"));
        content.putIfPresent("m.federate", create.get("m.federate"));
        if (!additionalCreators.isEmpty()) {
            content.put("additional_creators", JsonArray.ofStrings(additionalCreators));
        }
        return content.build();
    }

    /// Versions that take a room's id from its create event cannot name a tombstone that names
    /// them; older ones name the last event that is known.
    private JsonObject predecessor() {
        var predecessor =
                JsonObject.builder().put("room_id", old.identity().roomId().text());
        if (!version.roomIdIsCreateHash()) {
            old.page(old.head().tlTop() + 1, true, 1).events().stream()
                    .findFirst()
                    .ifPresent(last ->
                            predecessor.put("event_id", last.row().eventId().text()));
        }
        return predecessor.build();
    }

    List<InitialEvent> events(JsonObject joinContent) {
        List<InitialEvent> events = new ArrayList<>();
        events.add(new InitialEvent(
                EventTypes.MEMBER,
                Optional.of(creator.toString()),
                joinContent.with("membership", "join")));
        events.add(state(EventTypes.POWER_LEVELS, powerLevels()));
        for (String type : TRANSFERRED) {
            content(type).ifPresent(content -> events.add(state(type, content)));
        }
        return events;
    }

    private JsonObject powerLevels() {
        JsonObject levels = content(EventTypes.POWER_LEVELS).orElse(JsonObject.EMPTY);
        JsonObject users = levels.object("users").orElse(JsonObject.EMPTY);
        if (!version.privilegedCreators()) {
            long level = Math.max(FULL_LEVEL, users.integer(creator.toString()).orElse(0));
            return levels.with("users", users.with(creator.toString(), level));
        }
        users = users.without(creator.toString());
        for (UserId user : additionalCreators) {
            users = users.without(user.toString());
        }
        JsonObject events = levels.object("events").orElse(JsonObject.EMPTY);
        long tombstone = Math.max(
                version.tombstoneLevel(), events.integer(EventTypes.TOMBSTONE).orElse(0));
        JsonValue level = new JsonInteger(tombstone);
        return levels.with("users", users).with("events", events.with(EventTypes.TOMBSTONE, level));
    }

    private Optional<JsonObject> content(String type) {
        return old.stateEvent(StateKey.of(type)).map(StoredEvent::content);
    }

    private static InitialEvent state(String type, JsonObject content) {
        return new InitialEvent(type, Optional.of(""), content);
    }
}
