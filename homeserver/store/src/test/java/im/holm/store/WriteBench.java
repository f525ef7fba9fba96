package im.holm.store;

import im.holm.engine.core.RoomAppend;
import im.holm.journal.CommitLimits;
import im.holm.journal.CommitOutcome.Committed;
import im.holm.journal.CommitTicket;
import im.holm.journal.Committer;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Unit;
import im.holm.platform.cache.Caches;
import im.holm.platform.db.Database;
import im.holm.platform.db.EmbeddedOptions;
import im.holm.platform.db.EmbeddedOutcome;
import im.holm.platform.db.EmbeddedPostgres;
import im.holm.platform.db.Migrations;
import im.holm.platform.db.PostgresFailure;
import im.holm.platform.db.TestPostgres;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/// Measures how fast messages are written, durably, through the journal and all tables: for the
/// decision log. Not a test.
final class WriteBench {
    private static final int ROOMS = 100;
    private static final int JSON_BYTES = 800;
    private static final int SENDERS = 64;

    private final EmbeddedPostgres server;
    private final Path directory;
    private final Duration round;
    private final PrintStream out;
    private int databases;

    private WriteBench(EmbeddedPostgres server, Path directory, Duration round, PrintStream out) {
        this.server = server;
        this.directory = directory;
        this.round = round;
        this.out = out;
    }

    /// @param arguments seconds a round, rounds, and the file that the numbers go to
    public static void main(String... arguments) throws Exception {
        var round = Duration.ofSeconds(Long.parseLong(arguments[0]));
        int rounds = Integer.parseInt(arguments[1]);
        Path directory = Files.createTempDirectory("holm-bench");
        var outcome = EmbeddedPostgres.start(EmbeddedOptions.in(directory));
        if (!(outcome instanceof EmbeddedOutcome.Started started)) {
            throw new IllegalStateException(outcome.toString());
        }
        try (var server = started.server();
                var out = new PrintStream(arguments[2])) {
            var bench = new WriteBench(server, directory, round, out);
            for (int i = 0; i < rounds; i++) {
                for (int rows : new int[] {100, 400}) {
                    for (int parts : new int[] {32, 8, 1}) {
                        bench.throughput(parts, rows);
                    }
                }
            }
            bench.latency();
            bench.inserts();
        }
    }

    private Database freshDatabase() throws PostgresFailure {
        String name = "bench_" + databases++;
        server.createDatabase(name);
        var database = TestPostgres.open(server.settings(name));
        Migrations.run(database, List.of("store"), 1);
        return database;
    }

    private void throughput(int parts, int rows) throws PostgresFailure, IOException {
        try (var database = freshDatabase()) {
            layOut(database, parts);
            var identities = new PostgresIdentities(
                    database, RoomFixture.HERE, new Caches(64 << 20, new SimpleMeterRegistry()));
            var store = new PostgresRoomStore(database, identities, InstantSource.system());
            var limits = new CommitLimits(8_192, rows, 1 << 30, 10_000, 10_000);
            var json = new Random(7);
            try (Committer journal = JournalFixture.started(database, dataDir(), limits)) {
                var heads = rooms(store, journal);
                write(store, journal, heads, rows, json, round.toNanos() / 2);
                long before = cpuMicros(database);
                long written = write(store, journal, heads, rows, json, round.toNanos());
                out.printf(
                        "%d parts, %d rows a commit: %,d messages/s, %d us of the server's CPU%n",
                        parts, rows, perSecond(written), (cpuMicros(database) - before) / written);
            }
        }
    }

    /// Writes messages to all rooms in turn, with more of them waiting than a batch holds.
    private static long write(
            PostgresRoomStore store,
            Committer journal,
            AppendSketch[] heads,
            int rows,
            Random json,
            long nanos) {
        var waiting = new ArrayDeque<CommitTicket>();
        long written = 0;
        for (long end = System.nanoTime() + nanos; System.nanoTime() < end; written++) {
            int room = (int) (written % ROOMS);
            heads[room] = heads[room].next().message(text(json));
            waiting.add(journal.submit(unit(store, heads[room].append())));
            if (waiting.size() >= 3 * rows) {
                waiting.poll().await();
            }
        }
        waiting.forEach(CommitTicket::await);
        return written;
    }

    /// One message a unit and room after room, as many senders as there would be clients.
    private void latency() throws PostgresFailure, IOException {
        try (var database = freshDatabase()) {
            var identities = new PostgresIdentities(
                    database, RoomFixture.HERE, new Caches(64 << 20, new SimpleMeterRegistry()));
            var store = new PostgresRoomStore(database, identities, InstantSource.system());
            try (Committer journal =
                    JournalFixture.started(database, dataDir(), CommitLimits.DEFAULT)) {
                var heads = rooms(store, journal);
                var nanos = new ConcurrentLinkedQueue<Long>();
                long end = System.nanoTime() + round.toNanos();
                var senders = IntStream.range(0, SENDERS)
                        .mapToObj(sender -> Thread.ofVirtual().start(() -> {
                            var json = new Random(sender);
                            while (System.nanoTime() < end) {
                                heads[sender] = heads[sender].next().message(text(json));
                                var unit = unit(store, heads[sender].append());
                                long start = System.nanoTime();
                                if (!(journal.commit(unit) instanceof Committed)) {
                                    throw new IllegalStateException("not committed");
                                }
                                nanos.add(System.nanoTime() - start);
                            }
                        }))
                        .toList();
                for (Thread sender : senders) {
                    sender.join();
                }
                long[] sorted =
                        nanos.stream().mapToLong(Long::longValue).sorted().toArray();
                out.printf(
                        "%d senders: %,d messages/s, p50 %.1f ms, p99 %.1f ms%n",
                        SENDERS,
                        perSecond(sorted.length),
                        sorted[sorted.length / 2] / 1e6,
                        sorted[sorted.length * 99 / 100] / 1e6);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Rows of the journal's shape, 400 a transaction, array-bound and as a JDBC batch (which
    /// the driver rewrites to statements of many rows).
    private void inserts() throws PostgresFailure {
        try (var database = freshDatabase()) {
            database.useTransaction(handle -> handle.execute(
                    "CREATE TABLE probe (a bigint PRIMARY KEY, b bigint, c int, d bytea)"));
            byte[] bytes = new byte[JSON_BYTES];
            new Random(9).nextBytes(bytes);
            var ids = IntStream.range(0, 400).mapToObj(Long::valueOf).toList();
            long[] next = {0};
            out.printf(
                    "unnest: %,d rows/s%n",
                    loop(() -> database.useTransaction(handle -> {
                        Sql.update(
                                handle,
                                """
                        INSERT INTO probe (a, b, c, d)
                        SELECT a, b, c, d
                        FROM unnest(?::bigint[], ?::bigint[], ?::int[], ?::bytea[])
                            AS u (a, b, c, d)
                        """,
                                Column.bigints(ids, id -> next[0] + id),
                                Column.bigints(ids, id -> id),
                                Column.ints(ids, Long::intValue),
                                Column.byteas(ids, id -> bytes));
                        next[0] += 400;
                    })));
            out.printf(
                    "JDBC batch: %,d rows/s%n",
                    loop(() -> database.useTransaction(handle -> {
                        try (PreparedStatement insert = handle.getConnection()
                                .prepareStatement(
                                        "INSERT INTO probe (a, b, c, d) VALUES (?, ?, ?, ?)")) {
                            for (long id : ids) {
                                insert.setLong(1, next[0] + id);
                                insert.setLong(2, id);
                                insert.setInt(3, (int) id);
                                insert.setBytes(4, bytes);
                                insert.addBatch();
                            }
                            insert.executeBatch();
                            next[0] += 400;
                        } catch (SQLException e) {
                            throw new SqlFailure(e);
                        }
                    })));
        }
    }

    private long loop(Runnable transaction) {
        long rows = 0;
        long end = System.nanoTime() + round.toNanos() / 2;
        while (System.nanoTime() < end) {
            transaction.run();
            rows += 400;
        }
        return 2 * perSecond(rows);
    }

    private long perSecond(long count) {
        return count * 1_000 / round.toMillis();
    }

    /// What the database's processes for this database have computed: unlike the time on the
    /// wall it does not depend on what else the machine does. Linux counts it in hundredths of
    /// a second.
    private static long cpuMicros(Database database) throws IOException {
        List<Integer> processes = database.read(handle -> Sql.list(
                handle,
                row -> row.getInt("pid"),
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"));
        long hundredths = 0;
        for (int process : processes) {
            String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            hundredths += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
        return hundredths * 10_000;
    }

    private static void layOut(Database database, int parts) {
        database.useTransaction(handle -> {
            if (parts == 8) {
                return;
            }
            handle.execute("CREATE TABLE event_other (LIKE event INCLUDING ALL)"
                    + (parts == 1 ? "" : " PARTITION BY HASH (room_nid)"));
            for (int part = 0; parts > 1 && part < parts; part++) {
                handle.execute("CREATE TABLE event_other_" + part
                        + " PARTITION OF event_other FOR VALUES WITH (MODULUS " + parts
                        + ", REMAINDER " + part + ")");
            }
            handle.execute("DROP TABLE event");
            handle.execute("ALTER TABLE event_other RENAME TO event");
        });
    }

    private static AppendSketch[] rooms(PostgresRoomStore store, Committer journal) {
        var heads = new AppendSketch[ROOMS];
        for (int i = 0; i < ROOMS; i++) {
            heads[i] = AppendSketch.newRoom(store.newRoomNid()).state("m.room.create", "", "{}");
        }
        Arrays.stream(heads)
                .map(head -> journal.submit(unit(store, head.append())))
                .toList()
                .forEach(CommitTicket::await);
        return heads;
    }

    private static Unit<RoomAppend> unit(PostgresRoomStore store, RoomAppend append) {
        var fact = new Fact(
                FactKind.EVENT,
                append.room().roomNid(),
                append.events().getFirst().ev());
        return new Unit<>(store.appends(), append, List.of(fact), JSON_BYTES);
    }

    private static String text(Random random) {
        byte[] bytes = new byte[JSON_BYTES / 2];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Path dataDir() throws IOException {
        return Files.createTempDirectory(directory, "node");
    }
}
