package im.holm.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// One of the two servers, with the ways in which it is killed. All are SIGKILL.
final class CrashVictim {
    private static final long STOP_S_MAX = 30;

    /// What dies.
    enum Part {
        /// The JVM; its PostgreSQL goes on as an orphan.
        HOLM,
        /// PostgreSQL's main process, and with it the rest of it; Holm is started anew,
        /// since it does not start its database again.
        POSTGRES,
        /// One process of PostgreSQL: it recovers by itself, and Holm must without a
        /// restart.
        BACKEND,
        BOTH
    }

    private final Server server;
    private final HttpClient http;
    private Server.Running running;

    CrashVictim(Server server, HttpClient http) {
        this.server = server;
        this.http = http;
        this.running = server.start(http, Map.of());
    }

    String name() {
        return server.folder().getFileName().toString();
    }

    Server server() {
        return server;
    }

    void stop() {
        running.stop_ms();
    }

    /// Kills, and brings it back.
    ///
    /// @param startKills how often it is killed again while it starts
    /// @param onceItReads returns when the server has read something from its database
    /// @return how long the last start took until it answered, in milliseconds
    double strike(Part part, int startKills, Random random, Runnable onceItReads)
            throws IOException {
        if (part == Part.BACKEND) {
            return strikeBackend(random, onceItReads);
        }
        if (part != Part.HOLM) {
            postmaster().ifPresent(CrashVictim::kill);
        }
        running.kill();
        for (int i = 0; i < startKills; i++) {
            Process starting = server.launch(Map.of());
            CrashClient.pause(100 + random.nextInt(2_500));
            if (part != Part.HOLM && random.nextBoolean()) {
                postmaster().ifPresent(CrashVictim::kill);
            }
            starting.destroyForcibly();
            await(starting);
        }
        running = server.start(http, Map.of());
        return running.ready_ms();
    }

    private double strikeBackend(Random random, Runnable onceItReads) {
        List<ProcessHandle> processes =
                postmaster().map(pid -> pid.children().toList()).orElse(List.of());
        if (processes.isEmpty()) {
            throw new IllegalStateException(name() + " has no PostgreSQL to kill");
        }
        long from_ns = System.nanoTime();
        kill(processes.get(random.nextInt(processes.size())));
        onceItReads.run();
        if (!running.process().isAlive()) {
            throw new IllegalStateException(name() + " ended when its database recovered");
        }
        return (System.nanoTime() - from_ns) / 1e6;
    }

    /// `holm doctor` on the running server's database.
    ///
    /// @return what it found wrong; empty if all is well
    String doctor() {
        try {
            Process doctor = new ProcessBuilder(
                            server.command().toString(),
                            "doctor",
                            "--config",
                            server.folder().resolve("holm.yaml").toString())
                    .redirectErrorStream(true)
                    .start();
            String text = new String(doctor.getInputStream().readAllBytes());
            await(doctor);
            return doctor.exitValue() == 0
                    ? ""
                    : "doctor on " + name() + " ends with " + doctor.exitValue() + ": "
                            + String.join(
                                    " | ",
                                    text.lines()
                                            .filter(line -> !line.startsWith("ok "))
                                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ProcessHandle> postmaster() {
        Path file = server.folder().resolve("data/postgres/cluster/postmaster.pid");
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream()
                            .findFirst()
                            .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void kill(ProcessHandle process) {
        process.destroyForcibly();
    }

    private static void await(Process process) {
        try {
            if (!process.waitFor(STOP_S_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("not ended within " + STOP_S_MAX + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
