package im.holm.cli;

import im.holm.cli.demo.Demo;
import im.holm.cli.demo.DemoFailure;
import im.holm.platform.config.Settings;
import im.holm.platform.log.Logging;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `holm demo`: two regions, one thread.
@Command(
        name = "demo",
        description = "Starts two homeservers, regions eu and us, and lets a user in each talk to"
                + " the other. Stays up until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    private static final int BASE_MAX = 50_000;

    @Option(names = "--exit", description = "Stops after the check: status 0 if all was well.")
    private boolean exit;

    @Option(
            names = "--serve",
            description = "Only starts the two servers: no conversation, for other clients.")
    private boolean serveOnly;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            defaultValue = "18000",
            description = "The EU listens on PORT + 8 (client), + 9 (gateway), + 448 (federation)"
                    + " and + 90 (management), the US 10000 higher. Default: ${DEFAULT-VALUE}.")
    private int base;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Keeps the data there; without it in a temporary folder, deleted at the"
                    + " end.")
    private Path dataDir;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (base < 1024 || base > BASE_MAX) {
            err.println("holm: --base-port must be in 1024.." + BASE_MAX);
            return Main.UNUSABLE;
        }
        Logging.configure(Settings.LogLevel.WARN, Settings.LogFormat.TEXT);
        boolean temporary = dataDir == null;
        Path dir = temporary ? Files.createTempDirectory("holm-demo-") : dataDir;
        var demo = new Demo(base, dir, out);
        var end = new DemoEnd(demo, dir, temporary);
        Stopping.onSignal(end::close);
        try {
            out.println("Holm demo: two regions, one thread. Data in " + dir);
            demo.start(dir.resolve("tls"));
            if (!serveOnly) {
                demo.converse();
            }
        } catch (DemoFailure failure) {
            err.println("holm: the demo failed: " + failure.getMessage());
            end.close();
            return Main.FAILED;
        }
        if (exit) {
            end.close();
            return Main.DONE;
        }
        out.println("Ctrl-C stops both.");
        out.flush();
        new CountDownLatch(1).await();
        return Main.DONE;
    }
}
