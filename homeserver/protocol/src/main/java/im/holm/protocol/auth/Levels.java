package im.holm.protocol.auth;

import im.holm.protocol.json.JsonDecimal;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.OptionalLong;

/// Reads one level of a power levels event.
final class Levels {
    private Levels() {}

    /// The level; empty when the room version has no such level. Old versions also take
    /// strings that hold an integer and, where canonical JSON is not enforced, floats, which
    /// are cut at the decimal point.
    static OptionalLong read(RoomVersion version, JsonValue value) {
        if (value instanceof JsonInteger(long level)) {
            return OptionalLong.of(level);
        }
        if (version.integerPowerLevels()) {
            return OptionalLong.empty();
        }
        if (value instanceof JsonString(String text)) {
            return readText(text);
        }
        return value instanceof JsonDecimal decimal && !version.canonicalJson()
                ? readDecimal(decimal.toDouble())
                : OptionalLong.empty();
    }

    private static OptionalLong readText(String text) {
        String trimmed = text.strip();
        try {
            return OptionalLong.of(Long.parseLong(trimmed));
        } catch (NumberFormatException notAnInteger) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong readDecimal(double value) {
        return Double.isInfinite(value) ? OptionalLong.empty() : OptionalLong.of((long) value);
    }
}
