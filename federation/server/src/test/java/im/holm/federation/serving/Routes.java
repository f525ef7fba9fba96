package im.holm.federation.serving;

import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.FederationRoute;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Calls routes as the listener does, and reads their answers.
public final class Routes {
    private final List<FederationRoute> routes;

    public Routes(List<FederationRoute> routes) {
        this.routes = routes;
    }

    /// @param template of the route
    /// @param query with its question mark, or empty
    public Response call(
            ServerName origin,
            Method method,
            String template,
            Map<String, String> path,
            String query,
            String body) {
        FederationRoute route = routes.stream()
                .filter(each -> each.method() == method && each.path().equals(template))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no route " + method + " " + template));
        Request request =
                Request.of(method, template + query, path, body.getBytes(StandardCharsets.UTF_8));
        return switch (route.access()) {
            case FederationRoute.Access.Open(var handler) -> handler.handle(request);
            case FederationRoute.Access.Server(var handler) -> handler.handle(origin, request);
        };
    }

    /// The answer's JSON.
    public static JsonValue json(Response response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (response.body()) {
            case Response.Body.Bytes(List<byte[]> parts) -> parts.forEach(out::writeBytes);
            case Response.Body.Failure(Problem problem) ->
                throw new AssertionError("an error: " + problem);
            case Response.Body.Stream _ -> throw new AssertionError("a stream");
        }
        var parsed = JsonParser.parse(out.toByteArray(), JsonLimits.federationBody(1 << 24));
        if (parsed instanceof JsonResult.Parsed(JsonValue value)) {
            return value;
        }
        throw new AssertionError("not JSON: " + out);
    }

    /// Status and errcode of an error.
    public static String error(Response response) {
        return response.body() instanceof Response.Body.Failure(Problem problem)
                ? problem.code().status() + " " + problem.code().errcode()
                : "no error but " + response.status();
    }
}
