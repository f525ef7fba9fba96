package im.holm.platform.error;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;

import java.util.OptionalLong;

/// One error answer, not yet rendered: [ProblemRendering] makes the Matrix form or problem details
/// (RFC 9457) of it.
///
/// @param message what went wrong, for people; never holds secrets or internals
/// @param retryAfterMs when asking again makes sense; rendered as `retry_after_ms` and as the
/// header `Retry-After`
/// @param extra keys that the specification asks for beside `errcode` and `error`, such as
/// `soft_logout` or
///     `room_version`
public record Problem(ErrorCode code, String message, OptionalLong retryAfterMs, JsonObject extra) {
    /// A message is cut here, in characters.
    public static final int MESSAGE_MAX = 1000;

    public Problem {
        message = message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) : message;
    }

    public static Problem of(ErrorCode code, String message) {
        return new Problem(code, message, OptionalLong.empty(), JsonObject.EMPTY);
    }

    /// The code's own description as the message.
    public static Problem of(ErrorCode code) {
        return of(code, code.description());
    }

    public static Problem retryLater(ErrorCode code, String message, long retryAfterMs) {
        return new Problem(code, message, OptionalLong.of(retryAfterMs), JsonObject.EMPTY);
    }

    /// The same problem with one more key.
    public Problem with(String key, JsonValue value) {
        return new Problem(code, message, retryAfterMs, extra.with(key, value));
    }

    public Problem with(String key, String value) {
        return new Problem(code, message, retryAfterMs, extra.with(key, value));
    }
}
