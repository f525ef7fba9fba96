package im.holm.cli;

import im.holm.node.Node;
import im.holm.platform.config.Config;
import im.holm.platform.config.ConfigLoader;
import im.holm.platform.config.ConfigOutcome;

import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where the configuration is.
final class ConfigOption {

    private static final Path USUAL = Path.of("holm.yaml");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration file; without it ./holm.yaml if there is one,"
                    + " and the environment.")
    private Path file;

    /// Reads it; what is wrong with it goes to `err`, a line each.
    Optional<Config> load(PrintWriter err) {
        Optional<Path> from = Optional.ofNullable(file)
                .or(() -> Files.exists(USUAL) ? Optional.of(USUAL) : Optional.empty());
        return switch (ConfigLoader.load(Node.settings(), from, System.getenv())) {
            case ConfigOutcome.Loaded loaded -> Optional.of(loaded.config());
            case ConfigOutcome.Rejected rejected -> {
                rejected.problems().forEach(problem -> err.println("holm: " + problem));
                err.flush();
                yield Optional.empty();
            }
        };
    }
}
