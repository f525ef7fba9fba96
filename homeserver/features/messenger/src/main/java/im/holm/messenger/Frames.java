package im.holm.messenger;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.error.ProblemRendering;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonNumber;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Fields;
import im.holm.slice.Operation.Result;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// The gateway's frames: text, each one JSON object with a `type`.
final class Frames {

    /// What a request may be called by its client.
    static final int ID_LIMIT_BYTES = 255;

    private Frames() {}

    /// What a client sent.
    sealed interface Incoming {
        /// @param resume the `seq` of the last event that the client has
        record Auth(String token, Optional<String> resume) implements Incoming {}

        /// @param id of the client's choice, given back as it came
        record Request(JsonValue id, String operation, JsonObject params) implements Incoming {}

        record Ping() implements Incoming {}

        /// @param malformed not even an object: there is no point in going on
        record Bad(Problem problem, Optional<JsonValue> id, boolean malformed)
                implements Incoming {}
    }

    /// Reads untrusted text.
    static Incoming parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return switch (JsonParser.parseObject(
                bytes, JsonLimits.clientBody(Math.max(1, bytes.length)))) {
            case JsonResult.Parsed(JsonObject frame) -> ofObject(frame);
            case JsonResult.Parsed(JsonValue _) ->
                throw new AssertionError("parseObject gives objects");
            case JsonResult.Malformed(var problem, String where) ->
                new Incoming.Bad(
                        Problem.of(
                                ErrorCode.NOT_JSON,
                                "not a JSON object: "
                                        + problem.name()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', ' ')
                                        + " at " + where),
                        Optional.empty(),
                        true);
        };
    }

    private static Incoming ofObject(JsonObject frame) {
        var fields = Fields.of(frame);
        String type = fields.string("type");
        Optional<JsonValue> id = frame.get("id").filter(Frames::isId);
        Incoming incoming = switch (type) {
            case "auth" ->
                new Incoming.Auth(fields.string("token"), fields.optionalString("resume"));
            case "request" -> request(fields, frame, id);
            case "ping" -> new Incoming.Ping();
            default -> {
                fields.refuse(ErrorCode.NOT_IMPLEMENTED, "frames of this type are not known");
                yield new Incoming.Ping();
            }
        };
        return fields.failed() ? new Incoming.Bad(fields.problem().get(), id, false) : incoming;
    }

    private static Incoming request(Fields fields, JsonObject frame, Optional<JsonValue> id) {
        if (id.isEmpty()) {
            fields.refuse(
                    frame.has("id") ? ErrorCode.INVALID_PARAM : ErrorCode.MISSING_PARAM,
                    "'id' is a number, or a text of at most " + ID_LIMIT_BYTES + " bytes");
        }
        return new Incoming.Request(
                id.orElse(new JsonString("")),
                fields.string("operation"),
                fields.optionalObject("params").orElse(JsonObject.EMPTY));
    }

    private static boolean isId(JsonValue value) {
        return switch (value) {
            case JsonString(String text) ->
                text.getBytes(StandardCharsets.UTF_8).length <= ID_LIMIT_BYTES;
            case JsonNumber _ -> true;
            case JsonValue _ -> false;
        };
    }

    /// @param seq where a client that has this event goes on
    static String event(String type, Optional<String> seq, JsonObject data) {
        var frame = JsonObject.builder().put("type", type).put("data", data);
        seq.ifPresent(text -> frame.put("seq", text));
        return JsonWriter.text(frame.build());
    }

    static String response(JsonValue id, Result result) {
        var frame = JsonObject.builder().put("type", "response").put("id", id);
        switch (result) {
            case Result.Ok(int status, JsonObject body) ->
                frame.put("status", status).put("body", body);
            case Result.Failed(Problem problem) ->
                frame.put("status", problem.code().status()).put("problem", json(problem));
        }
        return JsonWriter.text(frame.build());
    }

    static String error(Problem problem) {
        return JsonWriter.text(JsonObject.builder()
                .put("type", "error")
                .put("problem", json(problem))
                .build());
    }

    static String pong() {
        return "{\"type\":\"pong\"}";
    }

    private static JsonObject json(Problem problem) {
        return ProblemRendering.PROBLEM_DETAILS.json(problem);
    }
}
