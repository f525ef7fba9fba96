package im.holm.protocol.auth;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Who may do what in a room (client-server API, `m.room.power_levels`): the levels of its
/// power levels event, or the defaults where it is silent or missing.
///
/// @param version the room's version
/// @param content the content of the power levels event; empty when there is none
/// @param exists whether there is one
/// @param creators the room's creators
public record PowerLevels(
        RoomVersion version, JsonObject content, boolean exists, Set<String> creators) {
    /// The level of a creator where the room version privileges creators: above every level
    /// that can be written.
    public static final long INFINITE = Long.MAX_VALUE;

    /// The creator's level while a room has no power levels, in versions that do not privilege
    /// creators.
    private static final long CREATOR_DEFAULT = 100;

    public PowerLevels {
        creators = Set.copyOf(creators);
    }

    /// The levels in force in a state.
    public static PowerLevels in(RoomVersion version, AuthState state) {
        Optional<Pdu> event = state.get(StateKey.POWER_LEVELS);
        Set<String> creators = state.create().map(PowerLevels::creatorsOf).orElse(Set.of());
        return new PowerLevels(
                version,
                event.map(Pdu::content).orElse(JsonObject.EMPTY),
                event.isPresent(),
                creators);
    }

    /// The creators that a create event names: its sender and the additional ones, or in old
    /// versions `content.creator`.
    public static Set<String> creatorsOf(Pdu create) {
        RoomVersion version = create.version();
        if (version.creatorInContent()) {
            return create.content().string("creator").map(Set::of).orElse(Set.of());
        }
        String creator = create.sender().toString();
        Optional<JsonArray> more = version.privilegedCreators()
                ? create.content().array("additional_creators")
                : Optional.empty();
        if (more.isEmpty()) {
            return Set.of(creator);
        }
        Set<String> creators = new HashSet<>(Set.of(creator));
        for (JsonValue value : more.get()) {
            if (value instanceof JsonString(String user)) {
                creators.add(user);
            }
        }
        return creators;
    }

    public long ofUser(UserId user) {
        return ofUser(user.toString());
    }

    /// The level of whoever has this user id; [#INFINITE] for a privileged creator.
    public long ofUser(String user) {
        if (version.privilegedCreators() && creators.contains(user)) {
            return INFINITE;
        }
        if (!exists) {
            return creators.contains(user) ? CREATOR_DEFAULT : 0;
        }
        return entry("users", user).orElseGet(() -> named("users_default", 0));
    }

    /// The level that sending an event of this type takes.
    public long toSend(String type, boolean isState) {
        return entry("events", type)
                .orElseGet(() -> isState ? named("state_default", 50) : named("events_default", 0));
    }

    public long toInvite() {
        return named("invite", 0);
    }

    public long toKick() {
        return named("kick", 50);
    }

    public long toBan() {
        return named("ban", 50);
    }

    /// The level that redacting another user's event takes.
    public long toRedact() {
        return named("redact", 50);
    }

    /// The level that a notification such as `room` takes.
    public long toNotify(String kind) {
        return entry("notifications", kind).orElse(50L);
    }

    private long named(String key, long otherwise) {
        return content.get(key)
                .map(value -> Levels.read(version, value).orElse(otherwise))
                .orElse(otherwise);
    }

    private Optional<Long> entry(String map, String key) {
        return content.object(map).flatMap(levels -> levels.get(key)).flatMap(value -> {
            var level = Levels.read(version, value);
            return level.isPresent() ? Optional.of(level.getAsLong()) : Optional.empty();
        });
    }
}
