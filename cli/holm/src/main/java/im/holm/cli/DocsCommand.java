package im.holm.cli;

import im.holm.node.Node;
import im.holm.node.StartOutcome;
import im.holm.platform.config.Config;
import im.holm.platform.config.ConfigDocs;
import im.holm.platform.config.ConfigLoader;
import im.holm.platform.config.ConfigOutcome;
import im.holm.platform.error.ErrorDocs;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `holm docs`: the pages that are made from the code. For developers: `./dev docs`.
@Command(
        name = "docs",
        hidden = true,
        description = "Writes configuration.md, errors.md and endpoints.md anew.",
        mixinStandardHelpOptions = true)
final class DocsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "The folder of the documentation.")
    private Path dir;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.writeString(dir.resolve("configuration.md"), ConfigDocs.markdown(Node.settings()));
        Files.writeString(dir.resolve("errors.md"), ErrorDocs.markdown());
        Path data = Files.createTempDirectory("holm-docs-");
        try {
            return writeLedger(data);
        } finally {
            TemporaryFolder.delete(data);
        }
    }

    /// The endpoints are what a node has that runs.
    private int writeLedger(Path data) throws IOException, InterruptedException {
        return switch (Node.start(config(data))) {
            case StartOutcome.Refused(String reason) -> {
                spec.commandLine().getErr().println("holm: " + reason);
                yield Main.FAILED;
            }
            case StartOutcome.Running(Node node) -> {
                String ledger = node.endpointLedger();
                node.stop();
                Files.writeString(dir.resolve("endpoints.md"), ledger);
                yield Main.DONE;
            }
        };
    }

    private static Config config(Path data) {
        var environment = Map.of(
                "HOLM_SERVER_NAME", "docs.example",
                "HOLM_DATA_DIR", data.toString(),
                "HOLM_CLIENT_PORT", "0",
                "HOLM_GATEWAY_PORT", "0",
                "HOLM_FEDERATION_PORT", "0",
                "HOLM_MANAGEMENT_PORT", "0",
                "HOLM_REGISTRATION_SHARED_SECRET", "so that its endpoint is listed",
                "HOLM_DATABASE_DURABILITY", "unsafe");
        return switch (ConfigLoader.load(Node.settings(), Optional.empty(), environment)) {
            case ConfigOutcome.Loaded(Config config) -> config;
            case ConfigOutcome.Rejected rejected ->
                throw new IllegalStateException(rejected.toString());
        };
    }
}
