package im.holm.platform.health;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.platform.http.Route;
import im.holm.platform.metrics.Metrics;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

class ManagementRoutesTest {
    private final AtomicReference<Optional<String>> database =
            new AtomicReference<>(Optional.empty());
    private final Health health =
            new Health(List.of(new Check("database", database::get), new Check("broken", () -> {
                if (database.get().isPresent()) {
                    throw new IllegalStateException("on purpose");
                }
                return Optional.empty();
            })));
    private final List<Route> routes = ManagementRoutes.of(health, new Metrics().withJvm());

    private Response ask(String path) {
        Route route = routes.stream()
                .filter(each -> each.path().text().equals(path))
                .findFirst()
                .orElseThrow();
        return route.handler().handle(Request.of(Method.GET, path, Map.of(), new byte[0]));
    }

    private static String body(Response response) {
        return switch (response.body()) {
            case Response.Body.Bytes(List<byte[]> parts) ->
                new String(parts.getFirst(), StandardCharsets.UTF_8);
            case Response.Body.Stream _, Response.Body.Failure _ ->
                throw new AssertionError("not bytes");
        };
    }

    @Test
    void aNodeIsReadyOnlyWhileItRuns() {
        assertThat(ask("/health/ready").status()).isEqualTo(503);

        health.phase(Health.Phase.RUNNING);
        assertThat(ask("/health/ready").status()).isEqualTo(200);

        health.phase(Health.Phase.STOPPING);
        assertThat(ask("/health").status()).isEqualTo(503);
        assertThat(ask("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aFailedCheckIsNamedAndOneThatThrowsIsAFailedCheck() {
        health.phase(Health.Phase.RUNNING);
        database.set(Optional.of("no answer"));
        Response response = ask("/health");

        assertThat(response.status()).isEqualTo(503);
        assertThat(body(response))
                .isEqualTo(
                        "{\"checks\":{\"broken\":\"the check itself failed\",\"database\":\"no answer\"},"
                                + "\"phase\":\"running\",\"status\":\"down\"}");
    }

    @Test
    void metricsAreInPrometheusFormat() {
        assertThat(body(ask("/metrics"))).contains("# TYPE jvm_memory_used_bytes gauge");
    }
}
