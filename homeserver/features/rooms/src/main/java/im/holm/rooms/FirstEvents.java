package im.holm.rooms;

import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The events of a new room, in the order that the specification gives (client-server API, "POST
/// /createRoom").
final class FirstEvents {

    private static final int CREATOR_LEVEL = 100;

    private final CreateRoomRequest request;
    private final UserId creator;

    FirstEvents(CreateRoomRequest request, UserId creator) {
        this.request = request;
        this.creator = creator;
    }

    /// Of `m.room.create`. The preset of trust makes everybody who is invited a creator, in
    /// room versions whose creators rank above all others.
    JsonObject createContent() {
        Set<UserId> creators = additionalCreators();
        return creators.isEmpty()
                ? request.creationContent()
                : request.creationContent()
                        .with("additional_creators", JsonArray.ofStrings(creators));
    }

    /// What follows the create event; `joinContent` is of the creator's own member event.
    List<InitialEvent> afterCreate(JsonObject joinContent) {
        List<InitialEvent> events = new ArrayList<>();
        events.add(new InitialEvent(
                EventTypes.MEMBER,
                Optional.of(creator.toString()),
                joinContent.with("membership", "join")));
        events.add(state(EventTypes.POWER_LEVELS, powerLevels()));
        request.alias()
                .ifPresent(alias -> events.add(state(
                        EventTypes.CANONICAL_ALIAS,
                        JsonObject.of("alias", new JsonString(alias.toString())))));
        request.preset().events().stream()
                .filter(event -> !isGiven(event.type()))
                .forEach(events::add);
        request.initialState().stream().filter(event -> !isOverridden(event)).forEach(events::add);
        request.name()
                .ifPresent(name -> events.add(
                        state(EventTypes.NAME, JsonObject.of("name", new JsonString(name)))));
        request.topic().ifPresent(topic -> events.add(state(EventTypes.TOPIC, topic(topic))));
        return events;
    }

    /// Creators cannot stand in the power levels of a version that gives them infinite power.
    Optional<UserId> creatorInPowerLevels() {
        if (!request.version().privilegedCreators()) {
            return Optional.empty();
        }
        JsonObject users = request.powerLevels().object("users").orElse(JsonObject.EMPTY);
        Set<UserId> creators = new LinkedHashSet<>(additionalCreators());
        creators.add(creator);
        return creators.stream().filter(user -> users.has(user.toString())).findFirst();
    }

    private Set<UserId> additionalCreators() {
        Set<UserId> creators = new LinkedHashSet<>(request.additionalCreators());
        if (request.preset() == RoomPreset.TRUSTED_PRIVATE_CHAT
                && request.version().privilegedCreators()) {
            creators.addAll(request.invite());
        }
        creators.remove(creator);
        return creators;
    }

    private JsonObject powerLevels() {
        var levels = JsonObject.builder()
                .put("users", users())
                .put("users_default", 0)
                .put(
                        "events",
                        levels(Map.of(
                                EventTypes.NAME, 50,
                                EventTypes.AVATAR, 50,
                                EventTypes.CANONICAL_ALIAS, 50,
                                EventTypes.POWER_LEVELS, 100,
                                EventTypes.HISTORY_VISIBILITY, 100,
                                EventTypes.ENCRYPTION, 100,
                                EventTypes.SERVER_ACL, 100,
                                EventTypes.TOMBSTONE,
                                        Math.max(
                                                CREATOR_LEVEL,
                                                request.version().tombstoneLevel()))))
                .put("events_default", 0)
                .put("state_default", 50)
                .put("ban", 50)
                .put("kick", 50)
                .put("redact", 50)
                .put("invite", request.preset().inviteLevel());
        return levels.putAll(request.powerLevels()).build();
    }

    private JsonObject users() {
        if (request.version().privilegedCreators()) {
            return JsonObject.EMPTY;
        }
        var users = JsonObject.builder().put(creator.toString(), CREATOR_LEVEL);
        if (request.preset() == RoomPreset.TRUSTED_PRIVATE_CHAT) {
            request.invite().forEach(user -> users.put(user.toString(), CREATOR_LEVEL));
        }
        return users.build();
    }

    private boolean isGiven(String type) {
        return request.initialState().stream()
                .anyMatch(event ->
                        event.type().equals(type) && event.stateKey().equals(Optional.of("")));
    }

    private boolean isOverridden(InitialEvent event) {
        return event.stateKey().equals(Optional.of(""))
                && (event.type().equals(EventTypes.NAME) && request.name().isPresent()
                        || event.type().equals(EventTypes.TOPIC)
                                && request.topic().isPresent());
    }

    private static JsonObject topic(String topic) {
        JsonValue plain = JsonObject.builder()
                .put("body", topic)
                .put("mimetype", "text/plain")
                .build();
        return JsonObject.builder()
                .put("topic", topic)
                .put("m.topic", JsonObject.of("m.text", JsonArray.of(plain)))
                .build();
    }

    private static JsonObject levels(Map<String, Integer> levels) {
        return JsonObject.of(levels.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> new JsonInteger(entry.getValue()))));
    }

    private static InitialEvent state(String type, JsonObject content) {
        return new InitialEvent(type, Optional.of(""), content);
    }
}
