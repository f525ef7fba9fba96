package im.holm.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// The crash bench: two servers under load, kills at random points, and an audit after each. The
/// seed decides who dies, how and when; what the machine does meanwhile it cannot decide.
///
/// Exit status 0 only if no audit and no `holm doctor` found anything.
public final class Crash {
    private static final int PEOPLE = 3;
    private static final long IDLE_MS_MAX = 90_000;

    private final Random random;
    private final CrashVictim eu;
    private final CrashVictim us;
    private final List<CrashClient> clients = new ArrayList<>();
    private final List<String> rooms = new ArrayList<>();
    private final Map<CrashVictim.Part, Integer> kills = new EnumMap<>(CrashVictim.Part.class);
    private final Series ready = new Series();
    private int startKills;
    private int sends;
    private int notes;
    private int retried;
    private int limited;
    private int violations;

    private Crash(long seed, CrashVictim eu, CrashVictim us) {
        this.random = new Random(seed);
        this.eu = eu;
        this.us = us;
    }

    /// Arguments: seed, kills, the `holm` script; folder, URL and name of eu; the same of us.
    public static void main(String[] args) throws IOException {
        if (args.length != 9) {
            System.err.println("Use ./dev crash: it sets up what is killed.");
            System.exit(2);
        }
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform()
                        .unstarted(() -> ProcessHandle.current()
                                .children()
                                .forEach(ProcessHandle::destroy)));
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        Path holm = Path.of(args[2]);
        var eu = new Server(holm, Path.of(args[3]), URI.create(args[4]), args[5]);
        var us = new Server(holm, Path.of(args[6]), URI.create(args[7]), args[8]);
        var crash = new Crash(
                Long.parseLong(args[0]), new CrashVictim(eu, http), new CrashVictim(us, http));
        System.exit(crash.run(http, Integer.parseInt(args[1])) ? 0 : 1);
    }

    private boolean run(HttpClient http, int wanted) throws IOException {
        people(http);
        var audit = new CrashAudit(clients, rooms);
        for (int n = 1; n <= wanted; n++) {
            round(n, audit);
        }
        eu.stop();
        us.stop();
        System.out.printf(
                Locale.ROOT,
                "summary: %d rounds %s and %d more kills during starts; ready after %.0f ms (median), %.0f (most);"
                        + " %d sends, %d notes, %d retries audited; %d cut timelines;"
                        + " %d violations%n",
                wanted,
                kills,
                startKills,
                ready.median(),
                ready.most(),
                sends,
                notes,
                retried,
                limited,
                violations);
        return violations == 0;
    }

    private void people(HttpClient http) {
        var accounts = new ArrayList<Account>();
        for (int i = 0; i < PEOPLE; i++) {
            accounts.add(Account.register(http, eu.server().url(), "ann" + i));
        }
        for (int i = 0; i < PEOPLE; i++) {
            accounts.add(Account.register(http, us.server().url(), "bob" + i));
        }
        for (int i = 0; i < 2; i++) {
            // One room is of eu, the other of us.
            Account host = accounts.get(i * PEOPLE);
            String room = host.createRoom();
            rooms.add(room);
            for (Account guest : accounts) {
                if (guest != host) {
                    host.invite(room, guest);
                    guest.join(room, (i == 0 ? eu : us).server().name());
                }
            }
        }
        for (int i = 0; i < accounts.size(); i++) {
            clients.add(new CrashClient(accounts.get(i), "p" + i, rooms));
        }
        for (int i = 0; i < accounts.size(); i++) {
            // The first of each server writes to the other server, the others at home.
            clients.get(i).begin(accounts.get((i + 1) % accounts.size()));
        }
    }

    private void round(int n, CrashAudit audit) throws IOException {
        CrashVictim victim = random.nextBoolean() ? eu : us;
        var part = CrashVictim.Part.values()[random.nextInt(CrashVictim.Part.values().length)];
        int again = part == CrashVictim.Part.BACKEND || random.nextInt(4) != 0
                ? 0
                : 1 + random.nextInt(2);
        long after_ms = 50 + random.nextInt(1_000);
        clients.forEach(client -> client.work(true));
        CrashClient.pause(after_ms);
        double ready_ms =
                victim.strike(part, again, random, clients.get(victim == eu ? 0 : PEOPLE)::whoami);
        CrashClient.pause(random.nextInt(300));
        clients.forEach(client -> client.work(false));
        var found = new ArrayList<String>();
        long end_ns = System.nanoTime() + IDLE_MS_MAX * 1_000_000;
        while (!clients.stream().allMatch(CrashClient::isIdle)) {
            if (System.nanoTime() > end_ns) {
                found.add("a client cannot finish its request");
                break;
            }
            CrashClient.pause(20);
        }
        CrashAudit.Result result = audit.run();
        found.addAll(result.violations());
        for (CrashVictim each : List.of(eu, us)) {
            String wrong = each.doctor();
            if (!wrong.isEmpty()) {
                found.add(wrong);
            }
        }
        kills.merge(part, 1, Integer::sum);
        startKills += again;
        sends += result.sends();
        notes += result.notes();
        retried += result.retried();
        limited += result.limited();
        violations += found.size();
        ready.add(ready_ms);
        System.out.printf(
                Locale.ROOT,
                "%d %s %s after %d ms, %d kills during start, ready %.0f ms: %d sends, %d notes,"
                        + " %d cut: %s%n",
                n,
                victim.name(),
                part,
                after_ms,
                again,
                ready_ms,
                result.sends(),
                result.notes(),
                result.limited(),
                found.isEmpty() ? "ok" : found);
    }
}
