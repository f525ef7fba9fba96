package im.holm.engine;

import im.holm.engine.core.RoomEffect;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;

/// Refusals of the core and of the journal as clients are told them.
final class Problems {

    /// When to ask again if commands of a room kept colliding.
    static final long RETRY_AFTER_MS = 1_000;

    private Problems() {}

    static Problem of(RoomEffect.Reject reject) {
        ErrorCode code = switch (reject.refusal()) {
            case FORBIDDEN -> ErrorCode.FORBIDDEN;
            case TOO_LARGE -> ErrorCode.EVENT_TOO_LARGE;
            case MALFORMED -> ErrorCode.BAD_JSON;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case UNUSABLE -> ErrorCode.BAD_GATEWAY;
        };
        return Problem.of(code, reject.reason());
    }

    static Problem unavailable(String reason, long retryAfterMs) {
        return Problem.retryLater(ErrorCode.UNAVAILABLE, reason, retryAfterMs);
    }

    static Problem notInRoom() {
        return Problem.of(ErrorCode.FORBIDDEN, "this server is not in the room");
    }
}
