package im.holm.messenger;

import im.holm.platform.error.ErrorCode;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Fields;

import java.util.Optional;

/// Reads what comes as a number from the gateway and as text in a query from REST.
final class Inputs {

    private static final int DECIMAL_CHARS_MAX = 15;

    private Inputs() {}

    /// How many a client wants: at least 1; above `max` it gets `max`.
    static int limit(Fields input, int otherwise, int max) {
        Optional<JsonValue> given =
                input.object().get("limit").filter(value -> !(value instanceof JsonNull));
        if (given.isEmpty()) {
            return otherwise;
        }
        long limit = switch (given.get()) {
            case JsonInteger(long value) -> value;
            case JsonString(String text) -> decimal(text);
            case JsonValue _ -> 0;
        };
        if (limit < 1) {
            input.refuse(ErrorCode.INVALID_PARAM, "'limit' is not a whole number of at least 1");
            return otherwise;
        }
        return (int) Math.min(limit, max);
    }

    /// A number that may have come as text; -1 if it is none.
    static long decimal(String text) {
        boolean digits = !text.isEmpty()
                && text.length() <= DECIMAL_CHARS_MAX
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Long.parseLong(text) : -1;
    }
}
