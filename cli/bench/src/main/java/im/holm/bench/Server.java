package im.holm.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One `holm serve` as a process.
///
/// @param command the `holm` script
/// @param folder holds `holm.yaml`; the log goes there
/// @param url of its client API
/// @param name its server name
record Server(Path command, Path folder, URI url, String name) {
    private static final long READY_MS_MAX = 60_000;
    private static final long READY_POLL_MS = 5;
    private static final long STOP_S_MAX = 15;

    /// A server that answers, and how long it took from the start of the process.
    record Running(Process process, double ready_ms) {
        /// Resident memory of the JVM in MiB; `ps` knows it on Linux and macOS alike.
        double rss_mib() {
            return Long.parseLong(
                            output("ps", "-o", "rss=", "-p", "" + process.pid()).strip())
                    / 1024.0;
        }

        Duration cpu() {
            return process.info().totalCpuDuration().orElse(Duration.ZERO);
        }

        /// SIGTERM; how long it took to end, in milliseconds.
        double stop_ms() {
            long from_ns = System.nanoTime();
            process.destroy();
            await(process);
            return (System.nanoTime() - from_ns) / 1e6;
        }

        /// SIGKILL: an embedded PostgreSQL stays behind.
        void kill() {
            process.destroyForcibly();
            await(process);
        }
    }

    /// Starts the process and waits for nothing.
    ///
    /// @param environment settings beside those of the file
    Process launch(Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        command.toString(),
                        "serve",
                        "--config",
                        folder.resolve("holm.yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// @param environment settings beside those of the file
    Running start(HttpClient http, Map<String, String> environment) {
        long from_ns = System.nanoTime();
        try {
            Process process = launch(environment);
            while (!answers(http)) {
                double waited_ms = (System.nanoTime() - from_ns) / 1e6;
                if (!process.isAlive() || waited_ms > READY_MS_MAX) {
                    process.destroyForcibly();
                    throw new IllegalStateException(name + " is not ready; its log:\n"
                            + Files.readString(folder.resolve("log")));
                }
                TimeUnit.MILLISECONDS.sleep(READY_POLL_MS);
            }
            return new Running(process, (System.nanoTime() - from_ns) / 1e6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// The settings with which another start uses the embedded PostgreSQL that a killed server
    /// left behind, as an external one.
    Map<String, String> databaseLeftBehind() {
        Path postgres = folder.resolve("data/postgres");
        try {
            String port = Files.readString(postgres.resolve("port")).strip();
            return Map.of(
                    "HOLM_DATABASE_URL",
                    "jdbc:postgresql://127.0.0.1:" + port + "/holm",
                    "HOLM_DATABASE_USERNAME",
                    "holm",
                    "HOLM_DATABASE_PASSWORD",
                    Files.readString(postgres.resolve("password")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers(HttpClient http) {
        HttpRequest versions = HttpRequest.newBuilder(url.resolve("/_matrix/client/versions"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(versions, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void await(Process process) {
        try {
            if (!process.waitFor(STOP_S_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("not stopped within " + STOP_S_MAX + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    static String output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes());
            process.waitFor(STOP_S_MAX, TimeUnit.SECONDS);
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
