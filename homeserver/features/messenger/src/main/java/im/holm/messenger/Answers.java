package im.holm.messenger;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Fields;
import im.holm.slice.Operation.Result;

/// The answers of operations.
final class Answers {

    private Answers() {}

    static Result ok(JsonObject body) {
        return new Result.Ok(200, body);
    }

    static Result created(JsonObject body) {
        return new Result.Ok(201, body);
    }

    static Result failed(Problem problem) {
        return new Result.Failed(problem);
    }

    static Result failed(ErrorCode code, String message) {
        return failed(Problem.of(code, message));
    }

    /// What was wrong with the input.
    static Result flaw(Fields input) {
        return failed(input.problem().orElseThrow());
    }

    /// A thread that is not there and one that is none of the caller's business answer alike.
    static Problem noThread() {
        return Problem.of(ErrorCode.NOT_FOUND, "There is no such thread.");
    }

    static Problem notAccepted() {
        return Problem.of(ErrorCode.FORBIDDEN, "Join the thread first: you are only invited.");
    }
}
