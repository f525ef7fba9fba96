package im.holm.protocol.auth;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;

/// Rule 10 (11: 9): changing power levels.
final class PowerLevelsRule {
    static final List<String> NAMED = List.of(
            "users_default", "events_default", "state_default", "ban", "redact", "kick", "invite");

    private PowerLevelsRule() {}

    static AuthVerdict check(AuthCase c) {
        JsonObject content = c.event().content();
        RoomVersion version = c.version();
        // 12: 10.1 and 10.2, 11: 9.1 and 9.2
        Optional<AuthVerdict> malformed =
                version.integerPowerLevels() ? malformed(version, content) : Optional.empty();
        if (malformed.isPresent()) {
            return malformed.get();
        }
        // 12: 10.3, 11: 9.3, 9: 9.1
        if (content.get("users").filter(value -> !areUserLevels(version, value)).isPresent()) {
            return SpecRule.LEVELS_MALFORMED_USERS.denies("users are not users with levels");
        }
        // 12: 10.4
        if (version.privilegedCreators() && namesCreator(c)) {
            return SpecRule.LEVELS_CREATOR.denies("a creator's level cannot be set");
        }
        Optional<Pdu> current = c.state().get(StateKey.POWER_LEVELS);
        // 12: 10.5, 11: 9.4
        if (current.isEmpty()) {
            return SpecRule.LEVELS_FIRST.allows();
        }
        return new PowerLevelsChange(
                        version, c.sender(), c.senderLevel(), current.get().content(), content)
                .check();
    }

    private static Optional<AuthVerdict> malformed(RoomVersion version, JsonObject content) {
        for (String name : NAMED) {
            if (content.get(name).filter(value -> !isLevel(version, value)).isPresent()) {
                return Optional.of(SpecRule.LEVELS_MALFORMED.denies(name + " is not a level"));
            }
        }
        for (String name : List.of("events", "notifications")) {
            if (content.get(name).filter(value -> !areLevels(version, value)).isPresent()) {
                return Optional.of(
                        SpecRule.LEVELS_MALFORMED_ENTRY.denies(name + " holds what is no level"));
            }
        }
        return Optional.empty();
    }

    private static boolean isLevel(RoomVersion version, JsonValue value) {
        return Levels.read(version, value).isPresent();
    }

    private static boolean areLevels(RoomVersion version, JsonValue value) {
        if (!(value instanceof JsonObject levels)) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            if (!isLevel(version, levels.valueAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean areUserLevels(RoomVersion version, JsonValue value) {
        return areLevels(version, value)
                && ((JsonObject) value)
                        .keys().stream().allMatch(user -> UserId.parse(user).isPresent());
    }

    private static boolean namesCreator(AuthCase c) {
        JsonObject users = c.event().content().object("users").orElse(JsonObject.EMPTY);
        return c.levels().creators().stream().anyMatch(users::has);
    }
}
