package im.holm.platform.db;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// PostgreSQL's own programs, run on one cluster.
final class PostgresTools {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresTools.class);
    private static final Duration INITIALISE_TIMEOUT = Duration.ofSeconds(120);
    private static final int REPORTED_LINES_MAX = 6;

    private final Path home;
    private final ServerUser user;
    private final Path log;

    PostgresTools(Path home, ServerUser user, Path log) {
        this.home = home;
        this.user = user;
        this.log = log;
    }

    Path log() {
        return log;
    }

    /// Makes a cluster: UTF-8, collation C, passwords by SCRAM. What an interrupted attempt
    /// left behind goes.
    void initialise(Path cluster, Path passwordFile, String owner, boolean durable)
            throws IOException, PostgresFailure {
        if (Files.exists(cluster)) {
            deleteRecursively(cluster);
        }
        user.own(cluster.getParent());
        List<String> arguments = new ArrayList<>(List.of(
                "-D",
                cluster.toString(),
                "-U",
                owner,
                "-E",
                "UTF8",
                "--locale=C",
                "-A",
                "scram-sha-256"));
        arguments.add("--pwfile=" + passwordFile);
        if (!durable) {
            arguments.add("--no-sync");
        }
        run("initdb", arguments, INITIALISE_TIMEOUT);
        Files.writeString(
                cluster.resolve("postgresql.conf"),
                "\ninclude 'holm.conf'\n",
                StandardOpenOption.APPEND);
    }

    /// Starts the server and waits until it takes connections.
    void start(Path cluster, Duration timeout) throws IOException, PostgresFailure {
        user.own(cluster.getParent());
        long logged = Files.exists(log) ? Files.size(log) : 0;
        try {
            run(
                    "pg_ctl",
                    List.of(
                            "start",
                            "-w",
                            "-s",
                            "-t",
                            String.valueOf(timeout.toSeconds()),
                            "-D",
                            cluster.toString(),
                            "-l",
                            log.toString()),
                    timeout.plusSeconds(10));
        } catch (PostgresFailure failure) {
            throw new PostgresFailure(
                    "the embedded PostgreSQL does not start: " + loggedSince(logged, failure));
        }
    }

    /// Stops the server: fast, and if it does not heed that, at once (which the next start
    /// recovers from).
    void stop(Path cluster, Duration timeout) throws PostgresFailure {
        if (runningServer(cluster).isEmpty()) {
            return;
        }
        try {
            stop(cluster, "fast", timeout);
        } catch (PostgresFailure failure) {
            LOG.warn("The embedded PostgreSQL is stopped at once: {}", failure.getMessage());
            stop(cluster, "immediate", timeout);
        }
    }

    /// Ends a server that a killed Holm left behind on this cluster, and removes the pid file
    /// of one that is gone. The caller holds the directory's lock, so no living Holm owns that
    /// server.
    void stopOrphan(Path cluster, Duration timeout) throws IOException, PostgresFailure {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        if (runningServer(cluster).isPresent()) {
            LOG.info("Stopping the PostgreSQL that an earlier Holm left behind");
            stop(cluster, timeout);
        } else {
            Files.deleteIfExists(pidFile);
        }
    }

    void sql(String url, String username, String password, String statement)
            throws PostgresFailure {
        try (Connection connection = DriverManager.getConnection(url, username, password);
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        } catch (SQLException e) {
            throw new PostgresFailure(
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"));
        }
    }

    private void stop(Path cluster, String mode, Duration timeout) throws PostgresFailure {
        run(
                "pg_ctl",
                List.of(
                        "stop",
                        "-w",
                        "-s",
                        "-m",
                        mode,
                        "-t",
                        String.valueOf(timeout.toSeconds()),
                        "-D",
                        cluster.toString()),
                timeout.plusSeconds(5));
    }

    /// The server that the pid file names, when a process of that number lives and is a
    /// PostgreSQL: after a crash or in a restarted container another program may have the
    /// number.
    private Optional<ProcessHandle> runningServer(Path cluster) {
        try {
            List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
            if (lines.isEmpty() || !lines.getFirst().strip().matches("[1-9][0-9]{0,9}")) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> process.info()
                            .command()
                            .map(command -> command.contains("postgres"))
                            .orElse(false));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void run(String program, List<String> arguments, Duration timeout)
            throws PostgresFailure {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile("holm-" + program, ".out");
            try {
                run(program, new ProcessBuilder(user.command(command)), output, timeout);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new PostgresFailure(program + " cannot be run: " + e.getMessage());
        }
    }

    /// The output goes to a file, since a server that `pg_ctl` starts would hold a pipe open
    /// for ever.
    private static void run(String program, ProcessBuilder builder, Path output, Duration timeout)
            throws IOException, PostgresFailure {
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .start();
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new PostgresFailure(
                        program + " did not end within " + timeout.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new PostgresFailure(program + " was interrupted");
        }
        if (process.exitValue() != 0) {
            throw new PostgresFailure(program + ": " + lastLines(Files.readString(output)));
        }
    }

    private String loggedSince(long offset, PostgresFailure failure) throws IOException {
        if (!Files.exists(log)) {
            return failure.getMessage();
        }
        byte[] all = Files.readAllBytes(log);
        int from = (int) Math.min(offset, all.length);
        String text = new String(all, from, all.length - from, StandardCharsets.UTF_8);
        return text.isBlank() ? failure.getMessage() : lastLines(text);
    }

    private static String lastLines(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        return String.join(
                " | ", lines.subList(Math.max(0, lines.size() - REPORTED_LINES_MAX), lines.size()));
    }

    private static void deleteRecursively(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
