package im.holm.system;

import im.holm.cli.Main;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `holm` as a process of its own, as an operator runs it: what it prints, its exit status, and
/// what signals do to it.
final class HolmProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Path output;

    private HolmProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /// Starts `holm` with these arguments and settings; standard output and error go to one
    /// file.
    static HolmProcess start(Path scratch, Map<String, String> settings, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                classPath(),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Files.createDirectories(scratch);
        Path output = Files.createTempFile(scratch, "holm-", ".out");
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .directory(scratch.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HOLM_"));
        builder.environment().putAll(settings);
        return new HolmProcess(builder.start(), output);
    }

    /// Settings of a server that shares nothing with another one.
    static Map<String, String> settings(Path dataDir) {
        return new HashMap<>(Map.of(
                "HOLM_SERVER_NAME", "process.example",
                "HOLM_DATA_DIR", dataDir.toString(),
                "HOLM_CLIENT_PORT", "0",
                "HOLM_GATEWAY_PORT", "0",
                "HOLM_FEDERATION_PORT", "0",
                "HOLM_MANAGEMENT_PORT", "0",
                "HOLM_REGISTRATION_MODE", "open"));
    }

    /// Surefire gives its own class path to the JVM and tells the tests' one aside.
    private static String classPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /// Waits until a line with this text was printed, and gives it.
    String awaitLine(String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            var line =
                    output().lines().filter(printed -> printed.contains(text)).findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            if (!process.isAlive()) {
                throw new AssertionError("holm ended before it said \"" + text + "\": " + output());
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("holm did not say \"" + text + "\": " + output());
    }

    /// The port that the start line tells for a listener.
    int port(String listener) throws IOException, InterruptedException {
        String line = awaitLine("is ready");
        String after = line.substring(line.indexOf(listener + " "));
        String address = after.split("[ ,]")[1];
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /// Waits for its end, and gives the exit status.
    int awaitExit(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("holm still runs after " + timeout.toSeconds() + " s");
        }
        return process.exitValue();
    }

    int awaitExit() throws InterruptedException {
        return awaitExit(PATIENCE);
    }

    String output() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /// SIGTERM.
    void terminate() {
        process.destroy();
    }

    /// SIGKILL: its embedded PostgreSQL is left an orphan.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
