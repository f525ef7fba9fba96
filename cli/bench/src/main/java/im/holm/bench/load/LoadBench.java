package im.holm.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// `holm bench`: makes users and rooms, runs the load for each number of receivers, tells.
public final class LoadBench {
    /// All that was acknowledged was delivered, once.
    public static final int ALL_DELIVERED = 0;
    /// Something was lost, doubled or never acknowledged.
    public static final int NOT_ALL = 1;
    /// It could not run as asked.
    public static final int UNUSABLE = 2;

    /// Steps of the search, confirmations among them.
    private static final int TRIALS_MAX = 20;

    private static final double CLOSE_ENOUGH = 1.1;
    private static final double STEP_DOWN = 0.9;

    /// @param find whether the highest sustained rate is searched
    /// @param serverPid 0: unknown
    /// @param postgresPid 0: unknown
    /// @param json null: none
    /// @param html null: none
    public record Request(
            URI target,
            Workload workload,
            Credentials credentials,
            boolean find,
            long serverPid,
            long postgresPid,
            Path json,
            Path html) {}

    private final Request request;
    private final PrintWriter out;
    private final PrintWriter err;
    private final List<RunReport> reports = new ArrayList<>();
    private volatile boolean stopped;

    /// @param out for the report
    /// @param err for progress
    public LoadBench(Request request, PrintWriter out, PrintWriter err) {
        this.request = request;
        this.out = out;
        this.err = err;
    }

    /// Ends the load early; what was measured so far is reported by [#run].
    public void stop() {
        stopped = true;
    }

    /// @return one of the exit statuses above
    public int run() throws InterruptedException {
        try {
            load();
        } catch (SetupFailure failure) {
            err.println("holm: bench: " + failure.getMessage());
            err.flush();
            write();
            return UNUSABLE;
        }
        if (!write()) {
            return UNUSABLE;
        }
        boolean all = !reports.isEmpty()
                && reports.stream()
                        .allMatch(report -> report.complete()
                                || report.trial() && report.lost() + report.doubled() == 0);
        return all ? ALL_DELIVERED : NOT_ALL;
    }

    private void load() throws SetupFailure, InterruptedException {
        Workload workload = request.workload();
        var errors = new Errors();
        var world = new World(request.target(), errors, () -> stopped, this::say);
        String prefix = "hb" + Long.toString(System.nanoTime() & 0xffff_ffff_ffffL, 36) + "u";
        world.makeUsers(request.credentials(), workload.users(), prefix);
        for (int receivers : workload.receivers()) {
            if (stopped) {
                return;
            }
            List<World.Room> rooms = world.makeRooms(workload, receivers);
            if (request.find()) {
                find(world, rooms, receivers);
            } else {
                once(world, rooms, receivers, workload, false);
            }
        }
    }

    /// Doubles the rate until it is not sustained, halves the interval until its ends are
    /// within a tenth, and takes the highest rate that a run of the full duration confirms.
    private void find(World world, List<World.Room> rooms, int receivers)
            throws InterruptedException {
        Workload workload = request.workload();
        double good = 0;
        double bad = 0;
        double rate = workload.rate_per_s();
        int trials = 0;
        while (!stopped && trials++ < TRIALS_MAX && (bad == 0 || good * CLOSE_ENOUGH < bad)) {
            if (rate < 1) {
                break;
            }
            boolean sustained = once(
                            world, rooms, receivers, workload.at(rate, workload.trial_s()), true)
                    .sustained();
            good = sustained ? rate : good;
            bad = sustained ? bad : rate;
            rate = bad == 0 ? good * 2 : good == 0 ? bad / 2 : Math.sqrt(good * bad);
        }
        for (rate = good; !stopped && rate >= 1 && trials++ < TRIALS_MAX; rate *= STEP_DOWN) {
            Workload whole = workload.at(rate, workload.duration_s());
            if (once(world, rooms, receivers, whole, false).sustained()) {
                out.printf(
                        Locale.ROOT,
                        "R = %d: highest sustained rate %.1f messages/s%n",
                        receivers,
                        rate);
                out.flush();
                return;
            }
        }
        out.printf(Locale.ROOT, "R = %d: no rate was confirmed as sustained%n", receivers);
        out.flush();
    }

    private RunReport once(
            World world, List<World.Room> rooms, int receivers, Workload load, boolean trial)
            throws InterruptedException {
        say("R = " + receivers
                + (load.open()
                        ? String.format(Locale.ROOT, ", open loop at %.1f/s", load.rate_per_s())
                        : ", closed loop")
                + (trial ? " (trial)" : "") + ", " + load.duration_s() + " s after "
                + load.warmup_s() + " s to warm up");
        var setting = new Run.Setting(
                request.target(),
                load,
                receivers,
                trial,
                new Run.Processes(request.serverPid(), request.postgresPid()),
                () -> stopped,
                this::say);
        RunReport report = new Run(setting, world, rooms).run();
        reports.add(report);
        out.print(report.table());
        out.flush();
        return report;
    }

    private boolean write() {
        String json = "{\"target\": " + Json.text(request.target().toString()) + ",\n\"runs\": ["
                + reports.stream().map(RunReport::json).collect(Collectors.joining(",\n"))
                + "]}\n";
        try {
            if (request.json() != null) {
                Files.writeString(request.json(), json);
            }
            if (request.html() != null) {
                Files.writeString(request.html(), page(json));
            }
            return true;
        } catch (IOException e) {
            err.println("holm: bench: cannot write " + e.getMessage());
            err.flush();
            return false;
        }
    }

    private static String page(String json) {
        try (var template = LoadBench.class.getResourceAsStream("report.html")) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\"DATA\"", json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(String line) {
        synchronized (err) {
            err.println("bench: " + line);
            err.flush();
        }
    }
}
