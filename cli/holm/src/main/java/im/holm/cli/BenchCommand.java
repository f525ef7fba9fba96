package im.holm.cli;

import im.holm.bench.load.Credentials;
import im.holm.bench.load.LoadBench;
import im.holm.bench.load.Workload;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `holm bench`: load on any Matrix homeserver.
@Command(
        name = "bench",
        description = "Sends load to a Matrix homeserver and says what it took, delivered, and how"
                + " late. Makes users and rooms there: for servers of your own.",
        footer = "Exit status: 0 all delivered, 1 something lost, doubled or never acknowledged,"
                + " 2 it could not run.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

    private static final long REPORT_S_MAX = 9;

    @Option(
            names = "--target",
            paramLabel = "URL",
            required = true,
            description = "The client API, for example http://127.0.0.1:8008.")
    private String target;

    @Option(
            names = "--workload",
            paramLabel = "FILE",
            description = "What to send, for example cli/bench/workloads/standard.properties.")
    private Path workload;

    @Option(names = "--users", paramLabel = "N", description = "Users.")
    private String users;

    @Option(names = "--rooms", paramLabel = "M", description = "Rooms.")
    private String rooms;

    @Option(names = "--receivers", paramLabel = "R[,R]", description = "Receivers of a message.")
    private String receivers;

    @Option(names = "--rate", paramLabel = "PER_S", description = "Messages a second, open loop.")
    private String rate;

    @Option(names = "--duration", paramLabel = "S", description = "Seconds measured.")
    private String duration;

    @Option(names = "--closed", description = "Closed loop: each sender waits for its answer.")
    private boolean closed;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any key of a workload file, over what it says.")
    private Map<String, String> set;

    @Option(
            names = "--registration-token",
            paramLabel = "TOKEN",
            description = "Registers with it, where registration is not open.")
    private String registrationToken;

    @Option(
            names = "--tokens",
            paramLabel = "FILE",
            description = "Access tokens of existing users, one a line, instead of registering.")
    private Path tokens;

    @Option(names = "--find-sustained", description = "Searches the highest sustained rate.")
    private boolean find;

    @Option(names = "--server-pid", paramLabel = "PID", description = "Tells its cost too.")
    private long serverPid;

    @Option(names = "--postgres-pid", paramLabel = "PID", description = "The postmaster's.")
    private long postgresPid;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the report as JSON.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes a page with plots.")
    private Path html;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Optional<URI> url = url();
        if (url.isEmpty()) {
            return unusable("--target must be an http or https URL, not '" + target + "'");
        }
        if (registrationToken != null && tokens != null) {
            return unusable("--registration-token or --tokens, not both");
        }
        for (long pid : new long[] {serverPid, postgresPid}) {
            if (pid != 0 && !Files.exists(Path.of("/proc/" + pid + "/stat"))) {
                return unusable("there is no process " + pid + " (or no /proc)");
            }
        }
        return switch (Workload.read(workload, overrides())) {
            case Workload.Reading.Unusable(String reason) -> unusable(reason);
            case Workload.Reading.Read(Workload load) ->
                run(new LoadBench(
                        new LoadBench.Request(
                                url.get(),
                                load,
                                credentials(),
                                find,
                                serverPid,
                                postgresPid,
                                json,
                                html),
                        spec.commandLine().getOut(),
                        err));
        };
    }

    /// Ctrl-C ends the load, not the report.
    private static int run(LoadBench bench) throws InterruptedException {
        var reported = new CountDownLatch(1);
        Stopping.onSignal(() -> {
            bench.stop();
            try {
                reported.await(REPORT_S_MAX, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            int status = bench.run();
            Stopping.endsWith(status);
            return status;
        } finally {
            reported.countDown();
        }
    }

    private Optional<URI> url() {
        try {
            var url = new URI(target);
            boolean usable = url.getHost() != null
                    && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
            return usable ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private Map<String, String> overrides() {
        Map<String, String> overrides = new TreeMap<>();
        put(overrides, "users", users);
        put(overrides, "rooms", rooms);
        put(overrides, "receivers", receivers);
        put(overrides, "rate_per_s", rate);
        put(overrides, "duration_s", duration);
        put(overrides, "loop", closed ? "closed" : null);
        if (set != null) {
            overrides.putAll(set);
        }
        return overrides;
    }

    private static void put(Map<String, String> overrides, String key, String value) {
        if (value != null) {
            overrides.put(key, value);
        }
    }

    private Credentials credentials() {
        if (tokens != null) {
            return new Credentials.Tokens(tokens);
        }
        return registrationToken == null
                ? new Credentials.Open()
                : new Credentials.RegistrationToken(registrationToken);
    }

    private int unusable(String reason) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("holm: bench: " + reason);
        err.flush();
        return Main.UNUSABLE;
    }
}
