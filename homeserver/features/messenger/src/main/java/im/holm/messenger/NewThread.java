package im.holm.messenger;

import im.holm.engine.RoomCommands.CreateRoom;
import im.holm.engine.RoomCommands.InitialEvent;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// The first events of a thread. History is shared, so that who accepts an invitation reads what
/// was written before.
///
/// @param creator of this server
/// @param creatorContent of the creator's member event: name and picture
/// @param others the other one of a one-to-one thread; those of a group are not named
record NewThread(
        ThreadType type,
        UserId creator,
        JsonObject creatorContent,
        SortedSet<UserId> others,
        Optional<String> name,
        RoomVersion version) {

    private static final int OWNER_LEVEL = 100;
    private static final int MODERATOR_LEVEL = 50;

    CreateRoom command() {
        List<InitialEvent> events = new ArrayList<>();
        events.add(new InitialEvent(
                EventTypes.MEMBER,
                Optional.of(creator.toString()),
                creatorContent.with("membership", "join")));
        events.add(state(EventTypes.POWER_LEVELS, powerLevels()));
        events.add(state(EventTypes.JOIN_RULES, text("join_rule", "invite")));
        events.add(state(EventTypes.HISTORY_VISIBILITY, text("history_visibility", "shared")));
        events.add(state(EventTypes.GUEST_ACCESS, text("guest_access", "forbidden")));
        name.ifPresent(given -> events.add(state(EventTypes.NAME, text("name", given))));
        return new CreateRoom(
                creator, version, ThreadType.kind(type), createContent(), List.copyOf(events));
    }

    private JsonObject createContent() {
        var content = JsonObject.builder().put(ThreadType.TYPE_KEY, type.name());
        if (type != ThreadType.GROUP) {
            List<UserId> pair = new ArrayList<>(others);
            pair.add(creator);
            content.put(
                    ThreadType.PARTICIPANTS_KEY,
                    JsonArray.ofStrings(pair.stream().sorted().toList()));
            if (version.privilegedCreators()) {
                content.put("additional_creators", JsonArray.ofStrings(others));
            }
        }
        return content.build();
    }

    private JsonObject powerLevels() {
        var events = JsonObject.builder()
                .put(EventTypes.POWER_LEVELS, OWNER_LEVEL)
                .put(EventTypes.HISTORY_VISIBILITY, OWNER_LEVEL)
                .put(EventTypes.ENCRYPTION, OWNER_LEVEL)
                .put(EventTypes.SERVER_ACL, OWNER_LEVEL)
                .put(EventTypes.TOMBSTONE, Math.max(OWNER_LEVEL, version.tombstoneLevel()));
        return JsonObject.builder()
                .put("users", users())
                .put("users_default", 0)
                .put("events", events.build())
                .put("events_default", 0)
                .put("state_default", MODERATOR_LEVEL)
                .put("ban", MODERATOR_LEVEL)
                .put("kick", MODERATOR_LEVEL)
                .put("redact", MODERATOR_LEVEL)
                .put("invite", type == ThreadType.GROUP ? 0 : OWNER_LEVEL)
                .build();
    }

    /// Creators stand above all levels in newer room versions, and must not be listed there.
    private JsonObject users() {
        if (version.privilegedCreators()) {
            return JsonObject.EMPTY;
        }
        var users = JsonObject.builder().put(creator.toString(), OWNER_LEVEL);
        if (type != ThreadType.GROUP) {
            others.forEach(user -> users.put(user.toString(), OWNER_LEVEL));
        }
        return users.build();
    }

    private static InitialEvent state(String type, JsonObject content) {
        return new InitialEvent(type, Optional.of(""), content);
    }

    private static JsonObject text(String key, String value) {
        return JsonObject.of(key, new JsonString(value));
    }
}
