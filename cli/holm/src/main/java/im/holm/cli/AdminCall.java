package im.holm.cli;

import im.holm.accounts.AdminKey;
import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.egress.DenyList;
import im.holm.platform.egress.Egress;
import im.holm.platform.egress.EgressClass;
import im.holm.platform.egress.EgressOptions;
import im.holm.platform.egress.EgressOutcome;
import im.holm.platform.egress.EgressPolicy;
import im.holm.platform.egress.EgressRequest;
import im.holm.platform.egress.EgressResponse;
import im.holm.platform.egress.SocketEgress;
import im.holm.platform.egress.SystemResolver;
import im.holm.platform.metrics.Metrics;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonWriter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// One request of the command line to the server of a configuration, which runs on this machine: to
/// its management listener, with the key from its data directory.
final class AdminCall {

    /// Bytes of the command line to the server beside it.
    private static final EgressClass ADMIN =
            new EgressClass("admin", "The command line, to the server on the same machine");

    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private AdminCall() {}

    sealed interface Outcome {
        record Answered(JsonObject body) implements Outcome {}

        /// The server says no, or does not answer.
        record Failed(String reason) implements Outcome {}

        /// No server has run with the configuration's data directory.
        record NoServer(String reason) implements Outcome {}
    }

    /// @param path under `/_holm/admin/v1`, with its query
    static Outcome send(Config config, String method, String path, Optional<JsonObject> body) {
        return send(config, method, path, body, DEADLINE);
    }

    /// @param deadline for work that takes its time
    static Outcome send(
            Config config,
            String method,
            String path,
            Optional<JsonObject> body,
            Duration deadline) {
        Path dataDir = config.get(Settings.DATA_DIR);
        Optional<AdminKey> key = AdminKey.read(dataDir);
        if (key.isEmpty()) {
            return new Outcome.NoServer("no server has run with the data directory " + dataDir);
        }
        EgressRequest request = EgressRequest.to(
                        ADMIN,
                        false,
                        config.get(Settings.MANAGEMENT_HOST),
                        config.get(Settings.MANAGEMENT_PORT),
                        method,
                        "/_holm/admin/v1" + path)
                .withDeadline(deadline)
                .withHeader("Authorization", key.get().authorization());
        return outcome(send(
                body.isEmpty()
                        ? request
                        : request.withBody("application/json", JsonWriter.write(body.get()))));
    }

    private static EgressOutcome send(EgressRequest request) {
        var options = EgressOptions.of(DenyList.nothing(), Optional.empty());
        try (var resolver = new SystemResolver();
                var metrics = new Metrics()) {
            return switch (SocketEgress.open(options, EgressPolicy.ALLOW_ALL, resolver, metrics)) {
                case SocketEgress.Opening.Open(SocketEgress egress) -> sent(egress, request);
                case SocketEgress.Opening.Unusable(String reason) ->
                    new EgressOutcome.Refused(reason);
            };
        }
    }

    private static EgressOutcome sent(SocketEgress egress, EgressRequest request) {
        try (egress) {
            Egress out = egress;
            return out.send(request);
        }
    }

    private static Outcome outcome(EgressOutcome outcome) {
        return switch (outcome) {
            case EgressOutcome.Answered(EgressResponse response) -> answered(response);
            case EgressOutcome.Refused(String reason) -> new Outcome.Failed(reason);
            case EgressOutcome.Unreachable(String reason, boolean _) ->
                new Outcome.Failed("the server does not answer: " + reason);
            case EgressOutcome.TimedOut(String doing, boolean _) ->
                new Outcome.Failed("the server does not answer: timed out while " + doing);
            case EgressOutcome.TooLarge(long bytes) ->
                new Outcome.Failed("the answer has more than " + bytes + " bytes");
        };
    }

    private static Outcome answered(EgressResponse response) {
        JsonObject answer = JsonParser.parseObject(
                        response.body(), JsonLimits.clientBody(ANSWER_BYTES_MAX))
                .object()
                .orElse(JsonObject.EMPTY);
        return response.status() / 100 == 2
                ? new Outcome.Answered(answer)
                : new Outcome.Failed(answer.string("error").orElse("status " + response.status()));
    }
}
