package im.holm.system;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.federation.FederationSettings;
import im.holm.platform.config.Setting;
import im.holm.platform.config.SettingRegistry;
import im.holm.platform.error.ErrorDocs;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
        List<Setting<?>> settings =
                SettingRegistry.standard().with(FederationSettings.all()).all();
        isCurrent("configuration.md", new ConfigurationPage(settings).markdown());
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
