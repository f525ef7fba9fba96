package im.holm.protocol.auth;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;

/// What differs between the power levels in force and those that replace them, against the
/// level of who replaces them: nobody touches what is above them (12: 10.6 to 10.10, 11: 9.5
/// to 9.9).
record PowerLevelsChange(
        RoomVersion version, String sender, long senderLevel, JsonObject before, JsonObject after) {
    AuthVerdict check(List<String> named) {
        // 12: 10.6, 11: 9.5
        for (String name : named) {
            if (isTooHigh(level(before, name), level(after, name))) {
                return tooHigh(name);
            }
        }
        // 12: 10.7 and 10.8, 11: 9.6 and 9.7
        for (String name : version.notificationLevels()
                ? List.of("events", "notifications")
                : List.of("events")) {
            JsonObject was = before.object(name).orElse(JsonObject.EMPTY);
            JsonObject is = after.object(name).orElse(JsonObject.EMPTY);
            for (String key : keys(was, is)) {
                if (isTooHigh(level(was, key), level(is, key))) {
                    return tooHigh(name + "." + key);
                }
            }
        }
        return checkUsers();
    }

    private AuthVerdict checkUsers() {
        JsonObject was = before.object("users").orElse(JsonObject.EMPTY);
        JsonObject is = after.object("users").orElse(JsonObject.EMPTY);
        for (String user : keys(was, is)) {
            OptionalLong old = level(was, user);
            OptionalLong changed = level(is, user);
            if (old.equals(changed)) {
                continue;
            }
            // 12: 10.9, 11: 9.8
            if (!user.equals(sender) && old.isPresent() && old.getAsLong() >= senderLevel) {
                return AuthVerdict.denied("power_levels.peer", user + " is not below the sender");
            }
            // 12: 10.10, 11: 9.9
            if (changed.isPresent() && changed.getAsLong() > senderLevel) {
                return tooHigh("users." + user);
            }
        }
        // 12: 10.11, 11: 9.10
        return AuthVerdict.ALLOWED;
    }

    private boolean isTooHigh(OptionalLong old, OptionalLong changed) {
        return !old.equals(changed)
                && (old.isPresent() && old.getAsLong() > senderLevel
                        || changed.isPresent() && changed.getAsLong() > senderLevel);
    }

    private OptionalLong level(JsonObject levels, String key) {
        JsonValue value = levels.get(key).orElse(null);
        return value == null ? OptionalLong.empty() : Levels.read(version, value);
    }

    private static TreeSet<String> keys(JsonObject was, JsonObject is) {
        TreeSet<String> keys = new TreeSet<>(was.keys());
        keys.addAll(is.keys());
        return keys;
    }

    private static AuthVerdict tooHigh(String what) {
        return AuthVerdict.denied(
                "power_levels.above_sender", what + " is above the sender's level");
    }
}
