package im.holm.federation.serving;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.FederationRoute;

/// Reads bodies that carry events: deeper JSON than clients may send, numbers unchecked since the
/// room version of each event says what they may be.
final class Bodies {
    /// Of a GET, whose body means nothing.
    static final int NONE_MAX_BYTES = 64 * 1024;

    /// Two lists of 500 ids.
    static final int IDS_MAX_BYTES = 512 * 1024;

    /// One event, however it is escaped.
    static final int EVENT_MAX_BYTES = 512 * 1024;

    /// An invite with its room state.
    static final int INVITE_MAX_BYTES = 8 << 20;

    private Bodies() {}

    sealed interface Body {
        record Of(JsonObject object) implements Body {}

        record Wrong(Problem problem) implements Body {}
    }

    static Body read(Request request) {
        var limits = JsonLimits.federationBody(FederationRoute.BODY_MAX_BYTES);
        return switch (JsonParser.parse(request.body(), limits)) {
            case JsonResult.Parsed(JsonObject object) -> new Body.Of(object);
            case JsonResult.Parsed(JsonValue _) ->
                new Body.Wrong(Problem.of(ErrorCode.BAD_JSON, "The body is not an object."));
            case JsonResult.Malformed(var problem, String where) ->
                new Body.Wrong(Problem.of(
                        ErrorCode.NOT_JSON, "The body is not JSON: " + problem + ", " + where));
        };
    }
}
