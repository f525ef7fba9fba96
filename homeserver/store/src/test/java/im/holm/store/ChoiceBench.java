package im.holm.store;

import im.holm.platform.db.Database;
import im.holm.platform.db.EmbeddedOptions;
import im.holm.platform.db.EmbeddedOutcome;
import im.holm.platform.db.EmbeddedPostgres;
import im.holm.platform.db.Migrations;
import im.holm.platform.db.TestPostgres;

import org.jdbi.v3.core.Handle;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Measures the choices of the write path side by side on PostgreSQL alone, with the tables as they
/// are: for the decision log. Not a test.
///
/// Its first figures are what the server computes and writes ahead for a message, which other work
/// on the machine disturbs least.
final class ChoiceBench {
    private static final int ROWS = 256;
    private static final List<String> COMPRESSIONS = List.of("off", "pglz");

    private final EmbeddedPostgres server;
    private final Duration stretch;
    private final PrintStream out;
    private final Map<String, List<String>> results = new TreeMap<>();
    private int databases;

    private ChoiceBench(EmbeddedPostgres server, Duration stretch, PrintStream out) {
        this.server = server;
        this.stretch = stretch;
        this.out = out;
    }

    /// @param arguments seconds a stretch, rounds, and the file that the numbers go to
    public static void main(String... arguments) throws Exception {
        var stretch = Duration.ofSeconds(Long.parseLong(arguments[0]));
        Path directory = Files.createTempDirectory("holm-bench");
        var outcome = EmbeddedPostgres.start(EmbeddedOptions.in(directory));
        if (!(outcome instanceof EmbeddedOutcome.Started started)) {
            throw new IllegalStateException(outcome.toString());
        }
        try (var server = started.server();
                var out = new PrintStream(arguments[2])) {
            var bench = new ChoiceBench(server, stretch, out);
            for (int round = 0; round < Integer.parseInt(arguments[1]); round++) {
                bench.depth();
                bench.compression();
                bench.statements();
            }
            bench.print();
        }
    }

    private void statements() throws Exception {
        for (ChoiceWrites.Kind kind : ChoiceWrites.Kind.values()) {
            try (Database database = fresh()) {
                measure("statements: " + kind, database, kind, 1);
            }
        }
    }

    private void compression() throws Exception {
        for (String method : COMPRESSIONS) {
            try (Database database = fresh()) {
                database.read(handle -> handle.execute(
                        "ALTER DATABASE " + name(database) + " SET wal_compression = " + method));
            }
            try (Database database = TestPostgres.open(server.settings(last()))) {
                measure("wal_compression: " + method, database, ChoiceWrites.Kind.FOUR, 1);
            }
        }
    }

    /// `commit_delay` waits before each flush, as a slower disk would.
    private void depth() throws Exception {
        for (int delay : new int[] {0, 2_000}) {
            for (int depth : new int[] {1, 2}) {
                try (Database database = fresh()) {
                    database.read(handle -> handle.execute(
                            "ALTER DATABASE " + name(database) + " SET commit_delay = " + delay));
                    database.read(handle -> handle.execute(
                            "ALTER DATABASE " + name(database) + " SET commit_siblings = 0"));
                }
                try (Database database = TestPostgres.open(server.settings(last()))) {
                    measure(
                            "flush " + delay + " us later, depth " + depth,
                            database,
                            ChoiceWrites.Kind.FOUR,
                            depth);
                }
            }
        }
    }

    /// Half a stretch before it counts; a checkpoint between, so that pages are logged whole
    /// once.
    private void measure(String what, Database database, ChoiceWrites.Kind kind, int depth)
            throws Exception {
        try (var writes = new ChoiceWrites(database, kind, ROWS, depth)) {
            run(writes, depth, stretch.toNanos() / 2);
            database.read(handle -> handle.execute("CHECKPOINT"));
            long cpu = cpuMicros(database);
            long wal = wal(database);
            long start = System.nanoTime();
            long batches = run(writes, depth, stretch.toNanos());
            double seconds = (System.nanoTime() - start) / 1e9;
            long rows = batches * ROWS;
            results.computeIfAbsent(what, key -> new ArrayList<>())
                    .add("%.1f us, %,d bytes of WAL, %,.0f/s"
                            .formatted(
                                    (double) (cpuMicros(database) - cpu) / rows,
                                    (wal(database) - wal) / rows,
                                    rows / seconds));
            out.println(what + ": " + results.get(what).getLast());
        }
    }

    /// As many connections as there may be commits in flight.
    private static long run(ChoiceWrites writes, int depth, long nanos) throws Exception {
        long end = System.nanoTime() + nanos;
        try (var threads = Executors.newFixedThreadPool(depth)) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int lane = 0; lane < depth; lane++) {
                int mine = lane;
                counts.add(threads.submit(() -> {
                    long batches = 0;
                    for (; System.nanoTime() < end; batches++) {
                        writes.batch(mine);
                    }
                    return batches;
                }));
            }
            long all = 0;
            for (Future<Long> count : counts) {
                all += count.get();
            }
            return all;
        }
    }

    private void print() {
        out.println();
        results.forEach((what, figures) -> out.println(what + ": " + String.join("; ", figures)));
    }

    private String last() {
        return "bench_" + (databases - 1);
    }

    private Database fresh() throws Exception {
        server.createDatabase("bench_" + databases++);
        var database = TestPostgres.open(server.settings(last()));
        Migrations.run(database, List.of("store"), 1);
        return database;
    }

    private static String name(Database database) {
        return database.read(ChoiceBench::name);
    }

    private static String name(Handle handle) {
        return handle.createQuery("SELECT current_database()")
                .mapTo(String.class)
                .one();
    }

    private static long wal(Database database) {
        return database.read(handle -> handle.createQuery(
                        "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
                .mapTo(Long.class)
                .one());
    }

    private static long cpuMicros(Database database) throws IOException, SQLException {
        List<Integer> processes = database.read(handle -> Sql.list(
                handle,
                row -> row.getInt("pid"),
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        + " OR backend_type = 'walwriter'"));
        long hundredths = 0;
        for (int process : processes) {
            String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            hundredths += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
        return hundredths * 10_000;
    }
}
