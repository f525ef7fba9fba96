package im.holm.protocol.json;

import java.util.Optional;

/// What became of bytes that should be JSON.
public sealed interface JsonResult {
    record Parsed(JsonValue value) implements JsonResult {}

    /// @param where where in the input, for a person to read
    record Malformed(JsonProblem problem, String where) implements JsonResult {}

    /// The value when it is an object.
    default Optional<JsonObject> object() {
        return this instanceof Parsed(JsonObject object) ? Optional.of(object) : Optional.empty();
    }
}
