package im.holm.cli;

import im.holm.platform.config.Config;
import im.holm.protocol.json.JsonObject;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
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

    /// `holm user add NAME`.
    @Command(
            name = "add",
            description = "Makes an account on the running server of this configuration.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {

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
            JsonObject.Builder body = JsonObject.builder().put("name", name).put("admin", admin);
            if (password != null) {
                body.put("password", password);
            }
            return switch (AdminCall.send(
                    loaded.get(), "POST", "/users", Optional.of(body.build()))) {
                case AdminCall.Outcome.Answered(JsonObject answer) -> told(answer);
                case AdminCall.Outcome.Failed(String reason) -> {
                    err.println("holm: " + reason);
                    yield Main.FAILED;
                }
                case AdminCall.Outcome.NoServer(String reason) -> {
                    err.println("holm: " + reason);
                    yield Main.UNUSABLE;
                }
            };
        }

        private int told(JsonObject answer) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(answer.string("user_id").orElse(""));
            answer.string("password").ifPresent(made -> out.println("password: " + made));
            out.flush();
            return Main.DONE;
        }
    }
}
