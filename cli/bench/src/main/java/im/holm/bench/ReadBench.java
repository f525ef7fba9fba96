package im.holm.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The benchmark of the read side: delivery, initial sync, clients that wait. `./dev bench read`
/// sets up the server's folder and calls it.
public final class ReadBench {
    private static final int WARM_S = 20;
    private static final int MEASURED_S = 30;
    private static final int WAITING = 1_000;
    private static final int IDLE = 10_000;
    private static final int ROOMS = 1_000;
    private static final int MEMBERS = 50;

    private final HttpClient http;
    private final Server server;
    private final URI gateway;
    private final StringBuilder report = new StringBuilder();

    private ReadBench(HttpClient http, Server server, URI gateway) {
        this.http = http;
        this.server = server;
        this.gateway = gateway;
    }

    /// Arguments: the `holm` script; folder, URL and name of the server; its gateway as an HTTP
    /// URL; which scenarios (`delivery`, `idle`, `initial`).
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 6) {
            System.err.println("Use ./dev bench read: it sets up what is measured.");
            System.exit(2);
        }
        Server server =
                new Server(Path.of(args[0]), Path.of(args[1]), URI.create(args[2]), args[3]);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform()
                        .unstarted(() -> ProcessHandle.current()
                                .children()
                                .forEach(ProcessHandle::destroy)));
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        var bench = new ReadBench(http, server, URI.create(args[4]));
        bench.measure(
                Set.of(args).contains("all")
                        ? Set.of("delivery", "idle", "initial")
                        : Set.copyOf(List.of(args).subList(5, args.length)));
        System.out.print(bench.report);
        System.exit(0);
    }

    private void measure(Set<String> scenarios) throws IOException, InterruptedException {
        line("| measured | figure | limit |");
        line("|---|---|---|");
        Server.Running running = server.start(http, Map.of());
        say("users");
        ReadWorld world = ReadWorld.register(http, server.url(), "reader", ReadDelivery.USERS);
        if (scenarios.contains("delivery")) {
            delivery(world, running);
        }
        running.stop_ms();
        if (scenarios.contains("idle")) {
            idle(world);
        }
        if (scenarios.contains("initial")) {
            initialSync();
        }
    }

    private void delivery(ReadWorld world, Server.Running running)
            throws IOException, InterruptedException {
        say("delivery");
        var delivery = new ReadDelivery(world);
        delivery.listen();
        report("", delivery, running);
        say("delivery, with " + WAITING + " clients that wait");
        Queue<Wire> waiting = new ConcurrentLinkedQueue<>();
        var bystanders = ReadWorld.register(http, server.url(), "bystander", 50);
        bystanders.room(0, List.of(1, 2, 3));
        ReadWorld.inParallel(WAITING, n -> {
            Wire wire = bystanders.wire(n, 1);
            String first = wire.call("GET", ReadWorld.syncPath("", 0, ""), "");
            wire.ask(
                    "GET", ReadWorld.syncPath(Account.field(first, "next_batch"), 120_000, ""), "");
            waiting.add(wire);
        });
        report(" with " + WAITING + " others waiting", delivery, running);
        delivery.end();
        waiting.forEach(Wire::close);
    }

    private void report(String when, ReadDelivery delivery, Server.Running running)
            throws IOException, InterruptedException {
        Duration before = running.cpu();
        var outcome = delivery.run(WARM_S, MEASURED_S);
        double cpu_us = (running.cpu().toNanos() - before.toNanos())
                / 1e3
                / ((WARM_S + MEASURED_S) * ReadDelivery.RATE_PER_S);
        String what = ReadDelivery.RATE_PER_S + " messages/s, R = " + ReadDelivery.RECEIVERS + when;
        line("| send-to-sync, %s: p50, p95, p99, worst in ms | %s | p50 3, p99 25 |"
                .formatted(what, outcome.deliveries().cells().replace(" |", ",")));
        line("| delivered of expected | %d of %d | all |"
                .formatted(outcome.deliveries().count(), outcome.expected()));
        line("| send, from when it was due: p50, p95, p99, worst in ms | %s | |"
                .formatted(outcome.sends().cells().replace(" |", ",")));
        line("| server CPU a message with its %d answers | %.0f us | |"
                .formatted(ReadDelivery.RECEIVERS + 1, cpu_us));
        line("| server resident memory | %.0f MiB | |".formatted(running.rss_mib()));
    }

    /// Each on a server that has just started: memory that others have left would count as free.
    private void idle(ReadWorld world) throws InterruptedException {
        say(IDLE + " long polls");
        Server.Running running = server.start(http, Map.of());
        line("| an idle long poll (of %d), resident | %.1f KiB | 40 KiB |"
                .formatted(IDLE, ReadIdle.longPolls(world, running, IDLE)));
        running.stop_ms();
        say(IDLE + " gateway connections");
        running = server.start(http, Map.of());
        ReadWorld ways = new ReadWorld(gateway, world.users());
        line("| an idle gateway connection (of %d), resident | %.1f KiB | 24 KiB |"
                .formatted(IDLE, ReadIdle.gateways(world, ways, running, IDLE)));
        running.stop_ms();
    }

    private void initialSync() throws IOException {
        Server.Running running = server.start(http, Map.of());
        say(ROOMS + " rooms of " + MEMBERS + " members");
        ReadWorld world = ReadWorld.register(http, server.url(), "member", MEMBERS);
        ReadInitialSync.build(world, ROOMS);
        running.stop_ms();
        running = server.start(http, Map.of());
        var outcome = ReadInitialSync.run(world, 10);
        line("| initial sync of %d rooms x %d members, lazy, cold: ms | %.0f | |"
                .formatted(ROOMS, MEMBERS, outcome.ms().getFirst()));
        var warm = new Series();
        outcome.ms().subList(1, outcome.ms().size()).forEach(warm::add);
        line("| the same, warm: median, most in ms | %.0f, %.0f | 1000 |"
                .formatted(warm.median(), warm.most()));
        line("| its answer | %.1f MiB | |".formatted(outcome.bytes() / 1048576.0));
        running.stop_ms();
    }

    private void line(String text) {
        report.append(text).append('\n');
        System.err.println(text);
    }

    private static void say(String what) {
        System.err.println("bench: " + what);
    }
}
