package im.holm.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `holm bench` against `holm serve`, both as processes.
class BenchTest {
    @TempDir
    private Path scratch;

    @Test
    void everyMessageIsAccountedFor() throws Exception {
        Map<String, String> settings = HolmProcess.settings(scratch.resolve("data"));
        settings.put("HOLM_RATE_LIMITS", "false");
        try (var server = HolmProcess.start(scratch, settings, "serve")) {
            int port = server.port("client");
            Path json = scratch.resolve("report.json");
            Path html = scratch.resolve("report.html");
            String printed = bench(
                    0,
                    "--target=http://127.0.0.1:" + port,
                    "--users=6",
                    "--rooms=3",
                    "--receivers=2",
                    "--rate=20",
                    "--duration=2",
                    "--set=warmup_s=0",
                    "--set=pollers=3",
                    "--set=p99_ms_max=60000",
                    "--json=" + json,
                    "--html=" + html);
            assertThat(printed)
                    .containsPattern("sent +40 ")
                    .containsPattern("delivered +80 +of 80");
            assertThat(printed).contains("=> sustained");
            assertThat(Files.readString(json))
                    .contains("\"sent\": 40", "\"delivered\": 80", "\"lost\": 0", "\"doubled\": 0");
            assertThat(Files.readString(html)).contains("\"sent\": 40").doesNotContain("\"DATA\"");
        }
    }

    @Test
    void whatCannotRunIsOneLineAndStatus2() throws Exception {
        assertThat(bench(2, "--target=ftp://x")).contains("must be an http or https URL");
        assertThat(bench(2, "--target=http://127.0.0.1:1", "--users=none"))
                .contains("users must be a whole number in 2..20000");
    }

    private String bench(int status, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(List.of(arguments));
        try (var holm = HolmProcess.start(scratch, Map.of(), all.toArray(String[]::new))) {
            assertThat(holm.awaitExit()).as(holm.output()).isEqualTo(status);
            return holm.output();
        }
    }
}
