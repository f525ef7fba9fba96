package im.holm.rooms;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonWriter;

/// The answers that many operations share.
final class Answers {

    private Answers() {}

    static Response json(JsonObject body) {
        return Response.json(JsonWriter.write(body));
    }

    static Response json(JsonOut out) {
        return Response.json(out.toBytes());
    }

    /// 200 with an object of one string.
    static Response object(String key, String value) {
        return json(JsonObject.of(key, new JsonString(value)));
    }

    static Response notFound(String message) {
        return Response.of(Problem.of(ErrorCode.NOT_FOUND, message));
    }

    static Response forbidden(String message) {
        return Response.of(Problem.of(ErrorCode.FORBIDDEN, message));
    }
}
