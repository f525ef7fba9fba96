package im.holm.slice.assembly;

import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Fields;

/// The one input object of an [im.holm.slice.Operation], read from a REST request: the query's
/// parameters, over them the body's keys, over them the path's parameters.
sealed interface OperationInput {

    record Readable(JsonObject input) implements OperationInput {}

    record Unreadable(Problem problem) implements OperationInput {}

    static OperationInput read(Request request) {
        Fields body = Fields.ofOptionalBody(request);
        if (body.problem().isPresent()) {
            return new Unreadable(body.problem().get());
        }
        JsonObject.Builder input = JsonObject.builder();
        for (String name : request.query().names()) {
            if (!name.equals("access_token")) {
                input.put(name, request.query().first(name).orElseThrow());
            }
        }
        input.putAll(body.object());
        request.path().forEach(input::put);
        return new Readable(input.build());
    }
}
