package im.holm.system;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.node.Node;
import im.holm.platform.config.Setting;
import im.holm.platform.error.ErrorDocs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The pages of `docs/` that the code writes are what it would write now. `./dev docs` writes them:
/// this test, with `HOLM_WRITE_DOCS=1`.
class GeneratedPagesTest {
    private static final Path DOCS = SourceTree.rootFolder().resolve("docs");

    @Test
    void theErrorReferenceIsCurrent() throws IOException {
        isCurrent("errors.md", ErrorDocs.markdown());
    }

    @Test
    void theConfigurationReferenceIsCurrent() throws IOException {
        List<Setting<?>> settings = Node.settings().all();
        isCurrent("configuration.md", new ConfigurationPage(settings).markdown());
    }

    /// What a node serves is known once its slices are put together: by starting it.
    @Test
    void theEndpointLedgerIsCurrent(@TempDir Path dataDir) throws Exception {
        Node node = RunningNode.start(dataDir, Map.of());
        try {
            isCurrent("endpoints.md", node.endpointLedger());
        } finally {
            node.stop();
        }
    }

    private static void isCurrent(String name, String page) throws IOException {
        Path file = DOCS.resolve(name);
        if ("1".equals(System.getenv("HOLM_WRITE_DOCS"))) {
            Files.writeString(file, page);
        }
        assertThat(Files.readString(file))
                .as("docs/" + name + " has drifted: run ./dev docs and look at the difference")
                .isEqualTo(page);
    }
}
