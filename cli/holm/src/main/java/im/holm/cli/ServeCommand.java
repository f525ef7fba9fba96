package im.holm.cli;

import im.holm.node.Node;
import im.holm.node.StartOutcome;
import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.log.Logging;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `holm serve`: one homeserver, until it is told to stop.
@Command(
        name = "serve",
        description = "Runs a homeserver. SIGTERM and SIGINT drain and stop it within 10 s.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Optional<Config> loaded = config.load(err);
        if (loaded.isEmpty()) {
            return Main.UNUSABLE;
        }
        Config settings = loaded.get();
        Logging.configure(settings.get(Settings.LOG_LEVEL), settings.get(Settings.LOG_FORMAT));
        return switch (Node.start(settings)) {
            case StartOutcome.Refused refused -> {
                err.println("holm: " + refused.reason());
                yield Main.UNUSABLE;
            }
            case StartOutcome.Running running -> {
                PrintWriter out = spec.commandLine().getOut();
                running.node().startLines().forEach(out::println);
                out.flush();
                yield stayUp(running.node(), err);
            }
        };
    }

    /// Serves until a signal comes, which ends the process by itself, or until the node cannot
    /// go on.
    private static int stayUp(Node node, PrintWriter err) throws InterruptedException {
        Stopping.onSignal(node::stop);
        Optional<String> broken = node.awaitEnd();
        if (broken.isEmpty()) {
            return Main.DONE;
        }
        err.println("holm: stopped: " + broken.get());
        err.flush();
        return Main.FAILED;
    }
}
