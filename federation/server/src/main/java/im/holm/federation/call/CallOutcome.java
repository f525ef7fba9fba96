package im.holm.federation.call;

import im.holm.protocol.json.JsonObject;

/// What came of a call.
public sealed interface CallOutcome {

    /// 2xx with a JSON object.
    record Answered(JsonObject body) implements CallOutcome {}

    /// The server said no.
    ///
    /// @param errcode empty if it gave none
    /// @param body the whole error
    record Declined(int status, String errcode, String message, JsonObject body)
            implements CallOutcome {}

    /// No answer, or one that cannot be used.
    record Failed(String reason) implements CallOutcome {}

    /// For logs.
    default String reason() {
        return switch (this) {
            case Answered _ -> "answered";
            case Declined(int status, String errcode, String message, var body) ->
                status + " " + errcode + ": " + message;
            case Failed(String reason) -> reason;
        };
    }
}
