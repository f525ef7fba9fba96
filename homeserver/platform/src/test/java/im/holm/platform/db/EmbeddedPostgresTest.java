package im.holm.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.metrics.Metrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The embedded server as it is shipped: durable, started again and again on one directory.
class EmbeddedPostgresTest {
    @TempDir
    Path directory;

    private EmbeddedOptions options() {
        return EmbeddedOptions.in(directory);
    }

    private static EmbeddedPostgres started(EmbeddedOptions options) {
        return switch (EmbeddedPostgres.start(options)) {
            case EmbeddedOutcome.Started(EmbeddedPostgres server) -> server;
            case EmbeddedOutcome.NotStarted(String reason) -> throw new AssertionError(reason);
        };
    }

    private static Database open(EmbeddedPostgres server) {
        return switch (Database.open(server.settings().withPoolMax(2), "test", new Metrics())) {
            case DatabaseOutcome.Opened(Database database) -> database;
            case DatabaseOutcome.Unreachable(String reason) -> throw new AssertionError(reason);
        };
    }

    private static String note(EmbeddedPostgres server) {
        try (Database database = open(server)) {
            return database.read(handle -> handle.createQuery("SELECT text FROM note")
                    .mapTo(String.class)
                    .one());
        }
    }

    @Test
    void aNewServerIsDurableAndKeepsItsDataAndPortOverARestart() throws IOException {
        int port;
        try (EmbeddedPostgres server = started(options());
                Database database = open(server)) {
            port = server.port();
            assertThat(DurabilityCheck.of(database)).isEqualTo(new DurabilityVerdict.Safe());
            database.useTransaction(handle -> {
                handle.execute("CREATE TABLE note (text text)");
                handle.execute("INSERT INTO note VALUES ('kept')");
            });
            assertThat(EmbeddedPostgres.start(options()))
                    .isEqualTo(new EmbeddedOutcome.NotStarted("another Holm is using "
                            + directory.resolve("postgres").toAbsolutePath()));
        }
        assertThat(Files.exists(directory.resolve("postgres/cluster/postmaster.pid")))
                .isFalse();
        assertThat(Files.getPosixFilePermissions(directory.resolve("postgres/password")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));

        long start = System.nanoTime();
        try (EmbeddedPostgres server = started(options())) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(server.port()).isEqualTo(port);
            assertThat(note(server)).isEqualTo("kept");
        }
    }

    @Test
    void aServerLeftBehindByAKilledHolmIsStoppedAndItsDataKept() throws Exception {
        Process holm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledHolm.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String firstLine = holm.inputReader(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("committed"))
                .findFirst()
                .orElse("nothing");
        holm.destroyForcibly();
        assertThat(holm.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(firstLine).isEqualTo("committed");
        long orphan = pid();
        assertThat(ProcessHandle.of(orphan).flatMap(process -> process.info().command()))
                .isPresent();

        try (EmbeddedPostgres server = started(options())) {
            assertThat(pid()).isNotEqualTo(orphan);
            assertThat(note(server)).isEqualTo("acknowledged");
        }
        assertThat(ProcessHandle.of(orphan).flatMap(process -> process.info().command()))
                .isEmpty();
    }

    @Test
    void aPidFileThatNamesAnotherProgramDoesNotPreventTheStart() throws IOException {
        started(options()).close();
        Path pidFile = directory.resolve("postgres/cluster/postmaster.pid");
        long self = ProcessHandle.current().pid();
        Files.writeString(
                pidFile,
                String.join("\n", List.of(String.valueOf(self), "x", "1", "1", "", "", "", "")));

        try (EmbeddedPostgres server = started(options())) {
            assertThat(server.port()).isPositive();
        }
        assertThat(ProcessHandle.current().isAlive()).isTrue();
    }

    @Test
    void anInitialisationThatWasInterruptedIsDoneAgain() throws IOException {
        Path cluster = directory.resolve("postgres/cluster");
        Files.createDirectories(cluster);
        Files.writeString(cluster.resolve("PG_VERSION"), "18\n");
        Files.writeString(cluster.resolve("half"), "written");

        try (EmbeddedPostgres server = started(options().unsafe());
                Database database = open(server)) {
            assertThat(database.answers(2)).isTrue();
        }
    }

    private long pid() throws IOException {
        return Long.parseLong(
                Files.readAllLines(directory.resolve("postgres/cluster/postmaster.pid"))
                        .getFirst()
                        .strip());
    }

    /// A node that is killed while its database runs.
    static final class KilledHolm {
        private KilledHolm() {}

        public static void main(String[] arguments) throws InterruptedException {
            EmbeddedPostgres server = started(EmbeddedOptions.in(Path.of(arguments[0])));
            Database database = open(server);
            database.useTransaction(handle -> {
                handle.execute("CREATE TABLE note (text text)");
                handle.execute("INSERT INTO note VALUES ('acknowledged')");
            });
            System.out.println("committed");
            new CountDownLatch(1).await(1, TimeUnit.MINUTES);
        }
    }
}
