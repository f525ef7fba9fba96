package im.holm.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

class WorkloadTest {
    @TempDir
    private Path scratch;

    @Test
    void theStandardWorkloadIsWhatThePageSays() {
        Workload standard = read(Path.of("workloads/standard.properties"), Map.of());
        assertThat(standard.users()).isEqualTo(200);
        assertThat(standard.rooms()).isEqualTo(100);
        assertThat(standard.receivers()).isEqualTo(List.of(1, 5, 20));
        assertThat(standard.body_bytes()).isEqualTo(300);
        assertThat(standard.open()).isTrue();
        assertThat(standard.duration_s()).isEqualTo(300);
        assertThat(standard.p99_ms_max()).isEqualTo(1000);
    }

    @Test
    void optionsOverrideTheFile() {
        Workload load = read(
                Path.of("workloads/standard.properties"),
                Map.of("rate_per_s", "7.5", "receivers", "3"));
        assertThat(load.rate_per_s()).isEqualTo(7.5);
        assertThat(load.receivers()).isEqualTo(List.of(3));
    }

    @Test
    void thereAreAsManyPollersAsReceivers() {
        assertThat(read(null, Map.of("receivers", "50", "pollers", "2")).pollers())
                .isEqualTo(50);
    }

    @Test
    void whatCannotBeIsNamed() throws Exception {
        refuses("users must be a whole number", null, Map.of("users", "many"));
        refuses("rate_per_s must be a number", null, Map.of("rate_per_s", "NaN"));
        refuses("receivers must be", null, Map.of("receivers", "1,,2"));
        refuses("receivers must be", null, Map.of("users", "5", "receivers", "5"));
        refuses("loop must be open or closed", null, Map.of("loop", "ajar"));
        refuses("no key 'speed'", null, Map.of("speed", "1"));
        refuses("no file", scratch.resolve("absent"), Map.of());
        Path file = scratch.resolve("file");
        Files.writeString(file, "rate = 3\n");
        refuses("no key 'rate'", file, Map.of());
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        refuses("no text", file, Map.of());
    }

    @Test
    void sharesFollowZipf() {
        double[] shares = World.shares(100, 1);
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
        assertThat(shares[0] / shares[9]).isCloseTo(10, within(1e-9));
        assertThat(World.shares(4, 0)).containsOnly(0.25);
    }

    private static Workload read(Path file, Map<String, String> overrides) {
        return ((Workload.Reading.Read) Workload.read(file, overrides)).workload();
    }

    private static void refuses(String reason, Path file, Map<String, String> overrides) {
        assertThat(Workload.read(file, overrides))
                .isInstanceOfSatisfying(
                        Workload.Reading.Unusable.class,
                        unusable -> assertThat(unusable.reason()).contains(reason));
    }
}
