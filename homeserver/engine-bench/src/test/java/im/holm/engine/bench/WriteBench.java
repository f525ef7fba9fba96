package im.holm.engine.bench;

import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.core.TxnKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.json.JsonObject;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// What a message costs the engine, beside what PostgreSQL does with the bare bytes in the same
/// run: `./dev bench engine`.
final class WriteBench {

    private static final int ROOMS = 100;
    private static final int SENDERS = 512;
    private static final int WARM_UP_MESSAGES = 30_000;
    private static final int WARM_UP_STRETCHES_MAX = 15;
    private static final int BARE_ROWS = 100;
    private static final int BARE_ROW_BYTES = 1_024;
    private static final String BODY = "x".repeat(300);

    /// The engine shall do this part of the bare rate.
    private static final double OF_BARE_MIN = 0.25;
    private static final double HOT_MIN = 0.8;
    private static final double WAL_MAX = 3.0;
    private static final double TABLE_MAX = 2.0;

    private final Bench bench;
    private final Duration stretch;

    private WriteBench(Bench bench, Duration stretch) {
        this.bench = bench;
        this.stretch = stretch;
    }

    /// @param messages that were acknowledged
    private record Result(long messages, Costs costs, long tableBytes, long jsonBytes) {

        double rate() {
            return messages * 1e9 / costs.nanos();
        }

        double perMessage(double value) {
            return value / Math.max(1, messages);
        }
    }

    public static void main(String... arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path dir = Files.createTempDirectory("holm-engine-bench-");
        try (var bench = Bench.start(dir)) {
            new WriteBench(bench, Duration.ofSeconds(seconds)).run(rounds);
        }
        System.exit(0);
    }

    private void run(int rounds) throws InterruptedException {
        List<RoomId> rooms = bench.rooms(ROOMS);
        var decision = DecisionBench.measure();
        warmUp(rooms);
        List<Double> bare = new ArrayList<>();
        List<Result> spread = new ArrayList<>();
        List<Result> hot = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            bare.add(bare());
            spread.add(send(rooms, stretch));
            hot.add(send(rooms.subList(0, 1), stretch));
        }
        report(decision, bare, spread, hot);
    }

    /// So that what is measured is compiled.
    private void warmUp(List<RoomId> rooms) throws InterruptedException {
        long sent = 0;
        for (int i = 0; i < WARM_UP_STRETCHES_MAX && sent < WARM_UP_MESSAGES; i++) {
            sent += send(rooms, Duration.ofSeconds(2)).messages();
        }
    }

    private double bare() {
        return bench.database.read(handle -> {
            handle.execute("DROP TABLE IF EXISTS bare");
            handle.execute("CREATE TABLE bare (id bigint PRIMARY KEY, t text)");
            try {
                return bare(handle.getConnection());
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    private double bare(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        String sql = "INSERT INTO bare VALUES (?, ?)" + ", (?, ?)".repeat(BARE_ROWS - 1);
        String text = "y".repeat(BARE_ROW_BYTES);
        long rows = 0;
        long start = System.nanoTime();
        long end = start + stretch.toNanos() / 2;
        try (var insert = connection.prepareStatement(sql)) {
            while (System.nanoTime() < end) {
                for (int i = 0; i < BARE_ROWS; i++) {
                    insert.setLong(2 * i + 1, rows + i);
                    insert.setString(2 * i + 2, text);
                }
                insert.execute();
                rows += BARE_ROWS;
            }
        }
        return rows * 1e9 / (System.nanoTime() - start);
    }

    private Result send(List<RoomId> rooms, Duration time) throws InterruptedException {
        var acknowledged = new AtomicLong();
        var numbers = new AtomicInteger();
        long tableBytes = bench.tableBytes();
        long jsonBytes = bench.jsonBytes();
        Costs before = Costs.read(bench.database);
        long end = System.nanoTime() + time.toNanos();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int room = i % rooms.size();
            long device = i + 1;
            senders.add(Thread.startVirtualThread(() -> {
                while (System.nanoTime() < end) {
                    send(rooms.get(room), room, device, numbers.incrementAndGet());
                    acknowledged.incrementAndGet();
                }
            }));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        Costs costs = Costs.read(bench.database).since(before);
        return new Result(
                acknowledged.get(),
                costs,
                bench.tableBytes() - tableBytes,
                bench.jsonBytes() - jsonBytes);
    }

    private void send(RoomId room, int user, long device, int number) {
        byte[] key = ByteBuffer.allocate(TxnKey.KEY_BYTES)
                .putLong(device)
                .putLong(System.nanoTime())
                .array();
        SendOutcome outcome = bench.kernel
                .commands()
                .send(new SendEvent(
                        room,
                        bench.user(user),
                        "m.room.message",
                        Optional.empty(),
                        JsonObject.EMPTY.with("msgtype", "m.text").with("body", BODY + number),
                        Optional.empty(),
                        Optional.of(new TxnKey(device, "m" + number, key)),
                        OptionalLong.empty()));
        if (!(outcome instanceof SendOutcome.Sent)) {
            throw new IllegalStateException(outcome.toString());
        }
    }

    private static void report(
            DecisionBench.Cost decision, List<Double> bare, List<Result> spread, List<Result> hot) {
        say("| | rate | processor a message | PostgreSQL a message | allocated | WAL | tables and"
                + " indexes | JSON |");
        say("|---|---|---|---|---|---|---|---|");
        say(decision.line());
        for (double rate : bare) {
            say("| bare: %d rows of %d bytes an INSERT | %,.0f rows/s | | | | | | |"
                    .formatted(BARE_ROWS, BARE_ROW_BYTES, rate));
        }
        spread.forEach(result -> line(ROOMS + " rooms", result));
        hot.forEach(result -> line("one hot room", result));
        double bareRate = middle(bare);
        double rate = middle(spread.stream().map(Result::rate).toList());
        double hotRate = middle(hot.stream().map(Result::rate).toList());
        Result last = spread.getLast();
        say("");
        target("messages/s of the bare rows/s", rate / bareRate, OF_BARE_MIN, true);
        target("one hot room of " + ROOMS + " rooms", hotRate / rate, HOT_MIN, true);
        target(
                "WAL of the JSON",
                (double) last.costs().walBytes() / last.jsonBytes(),
                WAL_MAX,
                false);
        target(
                "tables and indexes of the JSON",
                (double) last.tableBytes() / last.jsonBytes(),
                TABLE_MAX,
                false);
    }

    private static void line(String name, Result result) {
        Costs costs = result.costs();
        say(
                "| %s, %d senders | %,.0f/s | %.0f us | %.0f us | %,.0f B | %,.0f B | %,.0f B | %,.0f B |"
                        .formatted(
                                name,
                                SENDERS,
                                result.rate(),
                                result.perMessage(costs.processorNs() / 1e3),
                                result.perMessage(costs.databaseNs() / 1e3),
                                result.perMessage(costs.allocatedBytes()),
                                result.perMessage(costs.walBytes()),
                                result.perMessage(result.tableBytes()),
                                result.perMessage(result.jsonBytes())));
    }

    private static void target(String what, double value, double limit, boolean atLeast) {
        boolean met = atLeast ? value >= limit : value <= limit;
        say("- %s: %.2f (%s %.2f): %s"
                .formatted(
                        what,
                        value,
                        atLeast ? "at least" : "at most",
                        limit,
                        met ? "met" : "MISSED"));
    }

    private static double middle(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static void say(String line) {
        System.out.println(String.format(Locale.ROOT, "%s", line));
    }
}
