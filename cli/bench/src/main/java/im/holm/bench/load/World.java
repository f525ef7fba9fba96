package im.holm.bench.load;

import static im.holm.bench.load.Caller.V3;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.SequencedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Users and rooms, made over the public API.
final class World {
    private static final int AT_ONCE = 8;

    private final URI server;
    private final Errors errors;
    private final BooleanSupplier over;
    private final Consumer<String> say;

    /// Access tokens.
    private List<String> users = List.of();

    /// @param senders access tokens of those who send in it
    /// @param pollers numbers of the users that poll and are in it
    record Room(String id, List<String> senders, List<Integer> pollers) {}

    World(URI server, Errors errors, BooleanSupplier over, Consumer<String> say) {
        this.server = server;
        this.errors = errors;
        this.over = over;
        this.say = say;
    }

    String user(int number) {
        return users.get(number);
    }

    void makeUsers(Credentials credentials, int count, String prefix)
            throws SetupFailure, InterruptedException {
        users = switch (credentials) {
            case Credentials.Open _ -> register(count, prefix, "{\"type\": \"m.login.dummy\"", "");
            case Credentials.RegistrationToken(String token) ->
                register(
                        count,
                        prefix,
                        "{\"type\": \"m.login.registration_token\", \"token\": " + Json.text(token),
                        token);
            case Credentials.Tokens tokens -> read(tokens, count);
        };
    }

    private static List<String> read(Credentials.Tokens tokens, int count) throws SetupFailure {
        try {
            List<String> found = Files.readAllLines(tokens.file()).stream()
                    .map(line -> line.strip().split("\\s+")[0])
                    .filter(token -> !token.isEmpty() && !token.startsWith("#"))
                    .toList();
            if (found.size() < count) {
                throw new SetupFailure(tokens.file() + " has " + found.size() + " tokens, " + count
                        + " users need one each");
            }
            return found.subList(0, count);
        } catch (IOException e) {
            throw new SetupFailure("cannot read " + tokens.file());
        }
    }

    private List<String> register(int count, String prefix, String auth, String registrationToken)
            throws SetupFailure, InterruptedException {
        String[] made = new String[count];
        inParallel("users registered", count, (caller, n) -> {
            String session = registrationToken.isEmpty() ? "" : session(caller, prefix + n);
            String answer = caller.need("POST", V3 + "/register", "", """
                    {"username": "%s", "password": "bench-%s-long-enough", "auth": %s%s}}
                    """.formatted(
                            prefix + n,
                            prefix,
                            auth,
                            session.isEmpty() ? "" : ", \"session\": " + Json.text(session)));
            made[n] = field(answer, "access_token");
        });
        return Arrays.asList(made);
    }

    /// The stages of a registration belong to a session, which the first answer, 401, names.
    private String session(Caller caller, String name) throws SetupFailure {
        Errors expected = new Errors();
        try (var first = new Caller(server, expected, over)) {
            byte[] content = ("{\"username\": \"" + name
                            + "\", \"password\": \"bench-probe-pass\"}")
                    .getBytes(StandardCharsets.UTF_8);
            first.call("POST", V3 + "/register", "", content, 60_000);
            return JsonScan.top(first.body(), first.bodyLength(), "session");
        } catch (IllegalArgumentException e) {
            throw new SetupFailure("POST /register: no JSON answer");
        }
    }

    /// New rooms of the workload, with `receivers` polling members each.
    List<Room> makeRooms(Workload load, int receivers) throws SetupFailure, InterruptedException {
        int others = load.users() - load.pollers();
        double[] shares = shares(load.rooms(), load.zipf());
        Room[] rooms = new Room[load.rooms()];
        List<int[]> joins = new ArrayList<>();
        List<SequencedSet<Integer>> senders = new ArrayList<>();
        for (int room = 0; room < load.rooms(); room++) {
            SequencedSet<Integer> members = new LinkedHashSet<>();
            int size = (int) Math.round(load.users() * shares[room] / shares[0]) - receivers;
            for (int i = 0; i < Math.clamp(size, 1, others); i++) {
                members.add(load.pollers() + (room + i) % others);
            }
            senders.add(members);
        }
        inParallel("rooms made", load.rooms(), (caller, room) -> {
            int owner = senders.get(room).getFirst();
            String answer = caller.need(
                    "POST", V3 + "/createRoom", user(owner), "{\"preset\": \"public_chat\"}");
            List<Integer> pollers = new ArrayList<>();
            for (int i = 0; i < receivers; i++) {
                pollers.add((room * receivers + i) % load.pollers());
            }
            rooms[room] = new Room(
                    field(answer, "room_id"),
                    senders.get(room).stream().map(this::user).toList(),
                    List.copyOf(pollers));
        });
        // Each user joins one room after the other: members of one room at once would only
        // show how a server orders concurrent joins.
        for (int room = 0; room < rooms.length; room++) {
            for (int sender : senders.get(room)) {
                if (sender != senders.get(room).getFirst()) {
                    joins.add(new int[] {room, sender});
                }
            }
            for (int poller : rooms[room].pollers()) {
                joins.add(new int[] {room, poller});
            }
        }
        Collections.shuffle(joins, new Random(load.seed()));
        inParallel("joins", joins.size(), (caller, n) -> {
            int[] join = joins.get(n);
            caller.need(
                    "POST",
                    V3 + "/join/" + Caller.encoded(rooms[join[0]].id()),
                    user(join[1]),
                    "{}");
        });
        return List.of(rooms);
    }

    /// Zipf's shares of `count` ranks, 1 in sum.
    static double[] shares(int count, double exponent) {
        double[] shares = new double[count];
        double sum = 0;
        for (int k = 0; k < count; k++) {
            shares[k] = Math.pow(k + 1, -exponent);
            sum += shares[k];
        }
        for (int k = 0; k < count; k++) {
            shares[k] /= sum;
        }
        return shares;
    }

    private static String field(String answer, String name) throws SetupFailure {
        byte[] json = answer.getBytes(StandardCharsets.UTF_8);
        try {
            String found = JsonScan.top(json, json.length, name);
            if (!found.isEmpty()) {
                return found;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new SetupFailure("the server's answer has no " + name);
    }

    private interface Step {
        void run(Caller caller, int n) throws SetupFailure;
    }

    private void inParallel(String what, int count, Step step)
            throws SetupFailure, InterruptedException {
        var next = new AtomicInteger();
        var done = new AtomicInteger();
        long[] told_ns = {System.nanoTime()};
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                running.add(threads.submit(() -> {
                    try (var caller = new Caller(server, errors, over)) {
                        for (int n = next.getAndIncrement();
                                n < count;
                                n = next.getAndIncrement()) {
                            step.run(caller, n);
                            tell(told_ns, what, done.incrementAndGet(), count);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            next.set(count);
            if (e.getCause() instanceof SetupFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
        say.accept(count + " " + what);
    }

    private void tell(long[] told_ns, String what, int done, int count) {
        synchronized (told_ns) {
            if (System.nanoTime() - told_ns[0] > 1_000_000_000L) {
                told_ns[0] = System.nanoTime();
                say.accept(what + ": " + done + " of " + count);
            }
        }
    }
}
