package im.holm.cli;

import im.holm.platform.config.Settings;
import im.holm.platform.log.Logging;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

import java.io.PrintWriter;

/// `holm`: serve, demo, configuration, administration.
@Command(
        name = "holm",
        description = "A federated, region-aware messenger homeserver.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            ConfigCommand.class,
            UserCommand.class,
            RoomCommand.class,
            ExplainCommand.class,
            DoctorCommand.class,
            BenchCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {

    /// The command did what it was asked to.
    static final int DONE = 0;
    /// It ran and found that something is not right.
    static final int FAILED = 1;
    /// It could not run as asked: usage, configuration, a port that is taken.
    static final int UNUSABLE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        // Until a command says otherwise: without this Logback tells everything on standard
        // output.
        Logging.configure(Settings.LogLevel.WARN, Settings.LogFormat.TEXT);
        Stopping.exit(run(arguments));
    }

    /// Runs a command and gives its exit status.
    public static int run(String... arguments) {
        var commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler(oneLine());
        if (arguments.length == 0) {
            commandLine.usage(System.err);
            return UNUSABLE;
        }
        try {
            return commandLine.execute(arguments);
        } catch (Error broken) {
            return unexpected(broken, commandLine.getErr());
        }
    }

    private static IExecutionExceptionHandler oneLine() {
        return (failure, commandLine, _) -> unexpected(failure, commandLine.getErr());
    }

    /// What nobody expected is a bug; it is told in one line, with its trace only on demand.
    private static int unexpected(Throwable failure, PrintWriter err) {
        err.println("holm: unexpected: " + failure
                + " (with -Dholm.trace=true in JDK_JAVA_OPTIONS it shows where)");
        if (Boolean.getBoolean("holm.trace")) {
            failure.printStackTrace(err);
        }
        err.flush();
        return FAILED;
    }
}
