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

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `holm user`: accounts of a running server.
@Command(
        name = "user",
        description = "Accounts of a running server.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = UserCommand.Add.class)
final class UserCommand {

    /// Bytes of the command line to the server beside it.
    private static final EgressClass ADMIN =
            new EgressClass("admin", "The command line, to the server on the same machine");

    /// `holm user add NAME`.
    @Command(
            name = "add",
            description = "Makes an account on the running server of this configuration.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {

        private static final Duration DEADLINE = Duration.ofSeconds(15);
        private static final int ANSWER_BYTES_MAX = 1 << 16;

        @Parameters(paramLabel = "NAME", description = "The local part: NAME of @NAME:server.")
        private String name;

        @Option(
                names = "--password",
                arity = "0..1",
                interactive = true,
                description = "Asks for the password; without it one is made and printed.")
        private String password;

        @Option(names = "--admin", description = "The account may use the admin API.")
        private boolean admin;

        @Mixin
        private ConfigOption config;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter err = spec.commandLine().getErr();
            Optional<Config> loaded = config.load(err);
            if (loaded.isEmpty()) {
                return Main.UNUSABLE;
            }
            Path dataDir = loaded.get().get(Settings.DATA_DIR);
            Optional<AdminKey> key = AdminKey.read(dataDir);
            if (key.isEmpty()) {
                err.println("holm: no server has run with the data directory " + dataDir);
                return Main.UNUSABLE;
            }
            return tell(ask(loaded.get(), key.get()), err);
        }

        private EgressOutcome ask(Config settings, AdminKey key) {
            JsonObject.Builder body = JsonObject.builder().put("name", name).put("admin", admin);
            if (password != null) {
                body.put("password", password);
            }
            EgressRequest request = EgressRequest.to(
                            ADMIN,
                            false,
                            settings.get(Settings.MANAGEMENT_HOST),
                            settings.get(Settings.MANAGEMENT_PORT),
                            "POST",
                            "/_holm/admin/v1/users")
                    .withDeadline(DEADLINE)
                    .withHeader("Authorization", key.authorization())
                    .withBody("application/json", JsonWriter.write(body.build()));
            var options = EgressOptions.of(DenyList.nothing(), Optional.empty());
            try (var resolver = new SystemResolver();
                    var metrics = new Metrics()) {
                return switch (SocketEgress.open(
                        options, EgressPolicy.ALLOW_ALL, resolver, metrics)) {
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

        private int tell(EgressOutcome outcome, PrintWriter err) {
            return switch (outcome) {
                case EgressOutcome.Answered(EgressResponse response) -> told(response, err);
                case EgressOutcome.Refused(String reason) -> failed(reason, err);
                case EgressOutcome.Unreachable(String reason, boolean _) ->
                    failed("the server does not answer: " + reason, err);
                case EgressOutcome.TimedOut(String doing, boolean _) ->
                    failed("the server does not answer: timed out while " + doing, err);
                case EgressOutcome.TooLarge(long bytes) ->
                    failed("the answer has more than " + bytes + " bytes", err);
            };
        }

        private int told(EgressResponse response, PrintWriter err) {
            JsonObject answer = JsonParser.parseObject(
                            response.body(), JsonLimits.clientBody(ANSWER_BYTES_MAX))
                    .object()
                    .orElse(JsonObject.EMPTY);
            if (response.status() / 100 != 2) {
                return failed(answer.string("error").orElse("status " + response.status()), err);
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(answer.string("user_id").orElse(""));
            answer.string("password").ifPresent(made -> out.println("password: " + made));
            out.flush();
            return Main.DONE;
        }

        private static int failed(String reason, PrintWriter err) {
            err.println("holm: " + reason);
            return Main.FAILED;
        }
    }
}
