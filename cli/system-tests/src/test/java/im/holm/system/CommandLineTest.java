package im.holm.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What `holm` says when it cannot do what it is asked to: one clear line each and status 2, never
/// a stack trace.
class CommandLineTest {

    @TempDir
    Path scratch;

    @Test
    void anUnknownKeyIsOneLineThatNamesTheKeyMeantAndStatus2() throws Exception {
        Path file = scratch.resolve("holm.yaml");
        Files.writeString(file, "server_name: a.example\nclient:\n  prot: 8008\n");
        refuses(Map.of(), "client.prot", "serve", "--config", file.toString());
    }

    @Test
    void aBadValueIsOneLineThatSaysWhatWasExpectedAndStatus2() throws Exception {
        refuses(
                Map.of("HOLM_SERVER_NAME", "a.example", "HOLM_CLIENT_PORT", "eighty"),
                "HOLM_CLIENT_PORT",
                "serve");
    }

    @Test
    void aMissingServerNameIsOneLineAndStatus2() throws Exception {
        refuses(Map.of(), "server_name", "serve");
    }

    @Test
    void aMissingConfigurationFileIsOneLineAndStatus2() throws Exception {
        refuses(
                Map.of("HOLM_SERVER_NAME", "a.example"),
                "absent.yaml",
                "serve",
                "--config",
                "absent.yaml");
    }

    @Test
    void aTakenPortIsOneLineThatNamesTheSettingAndStatus2() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var settings = HolmProcess.settings(scratch.resolve("data"));
            settings.put("HOLM_MANAGEMENT_PORT", String.valueOf(taken.getLocalPort()));
            refuses(settings, "management.port", "serve");
        }
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsOneLineAndStatus2() throws Exception {
        var settings = HolmProcess.settings(scratch.resolve("data"));
        settings.put("HOLM_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/holm");
        refuses(settings, "database", "serve");
    }

    @Test
    void theEffectiveConfigurationIsPrintedWithSourcesAndWithoutSecrets() throws Exception {
        Path file = scratch.resolve("holm.yaml");
        Files.writeString(file, "server_name: a.example\ndatabase:\n  password: swordfish\n");
        var settings = Map.of("HOLM_REGION", "eu");
        try (var holm =
                HolmProcess.start(scratch, settings, "config", "--config", file.toString())) {
            assertThat(holm.awaitExit()).isZero();
            assertThat(holm.output())
                    .containsPattern("(?m)^server_name +a.example +# .*holm.yaml:1$")
                    .containsPattern("(?m)^region +eu +# .*$")
                    .containsPattern("(?m)^client.port +8008 +# default$")
                    .doesNotContain("swordfish");
        }
    }

    @Test
    void aUserCannotBeAddedWhereNoServerHasRun() throws Exception {
        var settings = HolmProcess.settings(scratch.resolve("data"));
        refuses(settings, "no server has run", "user", "add", "ada");
    }

    private void refuses(Map<String, String> settings, String names, String... arguments)
            throws Exception {
        try (var holm = HolmProcess.start(scratch, settings, arguments)) {
            assertThat(holm.awaitExit()).as(holm.output()).isEqualTo(2);
            assertThat(holm.output().lines().toList())
                    .singleElement()
                    .asString()
                    .startsWith("holm: ")
                    .contains(names);
        }
    }
}
