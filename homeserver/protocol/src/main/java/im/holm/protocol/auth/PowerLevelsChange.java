package im.holm.protocol.auth;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/// What differs between the power levels in force and those that replace them, against the
/// level of who replaces them: nobody touches what is above them (12: 10.6 to 10.10, 11: 9.5
/// to 9.9).
///
/// Before version 10 no rule asks whether levels other than users' can be read. Such a level is
/// nobody's when it is in force; putting it in force takes more than anybody has.
record PowerLevelsChange(
        RoomVersion version, String sender, long senderLevel, JsonObject before, JsonObject after) {
    /// One level, before and after.
    private record Change(
            String name, Optional<JsonValue> old, Optional<JsonValue> changed, boolean differs) {}

    AuthVerdict check() {
        // 12: 10.6, 11: 9.5
        for (String name : PowerLevelsRule.NAMED) {
            Change change = change(name, before.get(name), after.get(name));
            if (isCurrentAbove(change)) {
                return above(SpecRule.LEVELS_NAMED_CURRENT, name);
            }
            if (isNewAbove(change)) {
                return above(SpecRule.LEVELS_NAMED_NEW, name);
            }
        }
        // 12: 10.7 and 10.8, 11: 9.6 and 9.7
        List<String> maps = version.notificationLevels()
                ? List.of("events", "notifications")
                : List.of("events");
        for (String map : maps) {
            Optional<AuthVerdict> denied = checkEntries(map);
            if (denied.isPresent()) {
                return denied.get();
            }
        }
        return checkUsers();
    }

    private Optional<AuthVerdict> checkEntries(String map) {
        boolean isMap = after.get(map).isEmpty() || after.get(map).get() instanceof JsonObject;
        if (!isMap && !after.get(map).equals(before.get(map))) {
            return Optional.of(above(SpecRule.LEVELS_ENTRY_NEW, map));
        }
        JsonObject was = before.object(map).orElse(JsonObject.EMPTY);
        JsonObject is = after.object(map).orElse(JsonObject.EMPTY);
        for (String key : keys(was, is)) {
            Change change = change(map + "." + key, was.get(key), is.get(key));
            if (isCurrentAbove(change)) {
                return Optional.of(above(SpecRule.LEVELS_ENTRY_CURRENT, change.name()));
            }
            if (isNewAbove(change)) {
                return Optional.of(above(SpecRule.LEVELS_ENTRY_NEW, change.name()));
            }
        }
        return Optional.empty();
    }

    private AuthVerdict checkUsers() {
        JsonObject was = before.object("users").orElse(JsonObject.EMPTY);
        JsonObject is = after.object("users").orElse(JsonObject.EMPTY);
        for (String user : keys(was, is)) {
            Change change = change("users." + user, was.get(user), is.get(user));
            OptionalLong old = level(change.old());
            boolean isPeer = change.differs() && old.isPresent() && old.getAsLong() >= senderLevel;
            // 12: 10.9, 11: 9.8
            if (isPeer && !user.equals(sender)) {
                return SpecRule.LEVELS_USER_CURRENT.denies(user + " is not below the sender");
            }
            // 12: 10.10, 11: 9.9
            if (isNewAbove(change)) {
                return above(SpecRule.LEVELS_USER_NEW, change.name());
            }
        }
        // 12: 10.11, 11: 9.10
        return SpecRule.LEVELS_ALLOWED.allows();
    }

    /// Two spellings of one level are no change.
    private Change change(String name, Optional<JsonValue> old, Optional<JsonValue> changed) {
        OptionalLong was = level(old);
        OptionalLong is = level(changed);
        boolean same = old.equals(changed) || was.isPresent() && was.equals(is);
        return new Change(name, old, changed, !same);
    }

    private boolean isCurrentAbove(Change change) {
        OptionalLong old = level(change.old());
        return change.differs() && old.isPresent() && old.getAsLong() > senderLevel;
    }

    private boolean isNewAbove(Change change) {
        OptionalLong is = level(change.changed());
        boolean unreadable = change.changed().isPresent() && is.isEmpty();
        return change.differs() && (unreadable || is.isPresent() && is.getAsLong() > senderLevel);
    }

    private OptionalLong level(Optional<JsonValue> value) {
        return value.isEmpty() ? OptionalLong.empty() : Levels.read(version, value.get());
    }

    private static TreeSet<String> keys(JsonObject was, JsonObject is) {
        TreeSet<String> keys = new TreeSet<>(was.keys());
        keys.addAll(is.keys());
        return keys;
    }

    private static AuthVerdict above(SpecRule rule, String what) {
        return rule.denies(what + " is above the sender's level");
    }
}
