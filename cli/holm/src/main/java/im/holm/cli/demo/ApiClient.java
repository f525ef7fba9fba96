package im.holm.cli.demo;

import im.holm.platform.egress.Egress;
import im.holm.platform.egress.EgressClass;
import im.holm.platform.egress.EgressOutcome;
import im.holm.platform.egress.EgressRequest;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonWriter;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// JSON over HTTP to one server. What the server refuses is a [DemoFailure] that says so.
final class ApiClient {

    /// Bytes that the demo sends to its own servers.
    static final EgressClass DEMO =
            new EgressClass("demo", "The demo's clients, to its own servers");

    private static final Duration DEADLINE = Duration.ofSeconds(70);
    private static final int ANSWER_BYTES_MAX = 16 << 20;

    private final Egress egress;
    private final URI base;
    private final Optional<String> token;

    ApiClient(Egress egress, URI base, Optional<String> token) {
        this.egress = egress;
        this.base = base;
        this.token = token;
    }

    /// The same server as somebody.
    ApiClient as(String accessToken) {
        return new ApiClient(egress, base, Optional.of(accessToken));
    }

    JsonObject get(String path) {
        return answered("GET", path, send("GET", path, Optional.empty()));
    }

    JsonObject post(String path, JsonObject body) {
        return answered("POST", path, send("POST", path, Optional.of(body)));
    }

    JsonObject put(String path, JsonObject body) {
        return answered("PUT", path, send("PUT", path, Optional.of(body)));
    }

    /// The answer whatever its status: for user-interactive authentication, where 401 is a
    /// step.
    Answer tryPost(String path, JsonObject body) {
        return send("POST", path, Optional.of(body));
    }

    record Answer(int status, JsonObject body) {}

    private static JsonObject answered(String method, String path, Answer answer) {
        if (answer.status() / 100 != 2) {
            throw new DemoFailure(method + " " + path + " was answered with " + answer.status()
                    + " " + new String(JsonWriter.write(answer.body()), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    private Answer send(String method, String path, Optional<JsonObject> body) {
        EgressRequest request = EgressRequest.to(
                        DEMO, false, base.getHost(), base.getPort(), method, path)
                .withDeadline(DEADLINE);
        if (token.isPresent()) {
            request = request.withHeader("Authorization", "Bearer " + token.get());
        }
        if (body.isPresent()) {
            request = request.withBody("application/json", JsonWriter.write(body.get()));
        }
        return switch (egress.send(request)) {
            case EgressOutcome.Answered answered ->
                new Answer(
                        answered.response().status(),
                        JsonParser.parseObject(
                                        answered.response().body(),
                                        JsonLimits.clientBody(ANSWER_BYTES_MAX))
                                .object()
                                .orElse(JsonObject.EMPTY));
            case EgressOutcome.Refused(String reason) -> throw unreachable(path, reason);
            case EgressOutcome.Unreachable(String reason, boolean _) ->
                throw unreachable(path, reason);
            case EgressOutcome.TimedOut(String doing, boolean _) ->
                throw unreachable(path, "timed out while " + doing);
            case EgressOutcome.TooLarge(long bytes) ->
                throw unreachable(path, "the answer has more than " + bytes + " bytes");
        };
    }

    private DemoFailure unreachable(String path, String reason) {
        return new DemoFailure(base + path + ": " + reason);
    }
}
