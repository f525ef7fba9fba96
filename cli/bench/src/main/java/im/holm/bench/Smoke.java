package im.holm.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The short benchmark: how long a start takes, what an idle server holds, how long a message needs
/// to another client on the same server and on the other one. `./dev bench smoke` sets up the two
/// servers' folders and calls it.
///
/// Exit status 0 whether or not the figures are within their limits: the report says it, and a
/// loaded machine must not fail a build. A server that does not work at all ends it with a trace.
public final class Smoke {
    static final int STARTS = 5;
    static final int WARM_UP_MESSAGES = 300;
    static final int MESSAGES = 300;
    static final Duration IDLE = Duration.ofSeconds(10);
    private static final long ARRIVAL_MS_MAX = 30_000;

    private final HttpClient http;
    private final Server eu;
    private final Server us;

    private Smoke(HttpClient http, Server eu, Server us) {
        this.http = http;
        this.eu = eu;
        this.us = us;
    }

    /// Arguments: the `holm` script; folder, URL and name of eu; the same of us.
    public static void main(String[] args) throws InterruptedException {
        if (args.length != 7) {
            System.err.println("Use ./dev bench smoke: it sets up what is measured.");
            System.exit(2);
        }
        Path holm = Path.of(args[0]);
        Server eu = new Server(holm, Path.of(args[1]), URI.create(args[2]), args[3]);
        Server us = new Server(holm, Path.of(args[4]), URI.create(args[5]), args[6]);
        // However it ends, no server is left behind.
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform()
                        .unstarted(() -> ProcessHandle.current()
                                .children()
                                .forEach(ProcessHandle::destroy)));
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        Figures figures = new Smoke(http, eu, us).measure();
        System.out.print(figures.markdown());
        System.exit(0);
    }

    private Figures measure() throws InterruptedException {
        say("first start of both servers, with new databases");
        Server.Running european = eu.start(http, Map.of());
        double first_ms = european.ready_ms();
        Server.Running american = us.start(http, Map.of());

        Account alice = Account.register(http, eu.url(), "alice");
        Account carol = Account.register(http, eu.url(), "carol");
        Account bob = Account.register(http, us.url(), "bob");
        String room = alice.createRoom();
        alice.invite(room, carol);
        carol.join(room, eu.name());
        alice.invite(room, bob);
        bob.join(room, eu.name());

        say("messages: " + WARM_UP_MESSAGES + " to warm up, then " + MESSAGES);
        Duration before = european.cpu();
        Delivery delivery = deliver(alice, carol, bob, room);
        double cpu_ms =
                (european.cpu().toNanos() - before.toNanos()) / 1e6 / (WARM_UP_MESSAGES + MESSAGES);
        double loaded_mib = european.rss_mib();
        double stop_ms = european.stop_ms();
        american.stop_ms();

        say(STARTS + " starts with the existing embedded database");
        Series embedded = new Series();
        double idle_mib = 0;
        for (int n = 1; n <= STARTS; n++) {
            Server.Running again = eu.start(http, Map.of());
            embedded.add(again.ready_ms());
            if (n < STARTS) {
                again.stop_ms();
            } else {
                TimeUnit.MILLISECONDS.sleep(IDLE.toMillis());
                idle_mib = again.rss_mib();
                again.kill();
            }
        }

        say(STARTS + " starts with the same database already running");
        Series alone = new Series();
        Map<String, String> external = eu.databaseLeftBehind();
        for (int n = 1; n <= STARTS; n++) {
            Server.Running again = eu.start(http, external);
            alone.add(again.ready_ms());
            again.stop_ms();
        }
        // One more start stops the database that the kill left behind.
        eu.start(http, Map.of()).stop_ms();
        return new Figures(
                first_ms, embedded, alone, idle_mib, loaded_mib, stop_ms, cpu_ms, delivery);
    }

    /// How long messages took: the sender's own request, and until they were in another
    /// client's /sync, both from the moment before the request.
    record Delivery(Latencies sent, Latencies here, Latencies across) {}

    private static Delivery deliver(Account alice, Account carol, Account bob, String room)
            throws InterruptedException {
        long[] sent_ns = new long[MESSAGES];
        long[] here_ns = new long[MESSAGES];
        long[] across_ns = new long[MESSAGES];
        try (Listener atHome = new Listener(carol);
                Listener abroad = new Listener(bob)) {
            for (int n = -WARM_UP_MESSAGES; n < MESSAGES; n++) {
                String text = n < 0 ? "bench-warm-" + -n : "bench-message-" + n;
                long from_ns = System.nanoTime();
                alice.say(room, text);
                long answered_ns = System.nanoTime();
                long here = atHome.arrival_ns(text, ARRIVAL_MS_MAX);
                long across = abroad.arrival_ns(text, ARRIVAL_MS_MAX);
                if (n >= 0) {
                    sent_ns[n] = answered_ns - from_ns;
                    here_ns[n] = here - from_ns;
                    across_ns[n] = across - from_ns;
                }
            }
        }
        return new Delivery(
                new Latencies(sent_ns), new Latencies(here_ns), new Latencies(across_ns));
    }

    private static void say(String what) {
        System.err.println("bench: " + what);
    }
}
