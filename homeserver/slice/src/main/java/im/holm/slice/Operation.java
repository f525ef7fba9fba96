package im.holm.slice;

import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.protocol.json.JsonObject;

import java.util.Objects;

/// An operation of the Messenger API, written once: mounted on REST under its method and path, and
/// on the gateway under its name.
///
/// @param documented `operationId` is its name, e.g. `sendMessage`
/// @param path template from the root, e.g. `/v1/threads/{thread_id}/messages`
public record Operation(Method method, String path, Documented documented, Handler handler) {

    public Operation {
        Objects.requireNonNull(method);
        Objects.requireNonNull(path);
        Objects.requireNonNull(documented);
        Objects.requireNonNull(handler);
    }

    public interface Handler {
        /// @param input the body's keys, the path's parameters, and the query's (as
        /// strings, where the body has no such
        ///     key): one object on both faces
        Result handle(Caller caller, JsonObject input);
    }

    public sealed interface Result {
        /// @param status of HTTP: 200 or 201
        record Ok(int status, JsonObject body) implements Result {}

        record Failed(Problem problem) implements Result {}
    }
}
