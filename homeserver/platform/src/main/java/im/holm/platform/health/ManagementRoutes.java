package im.holm.platform.health;

import im.holm.platform.http.Response;
import im.holm.platform.http.Route;
import im.holm.platform.metrics.Metrics;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Map;

/// `/health`, `/health/live`, `/health/ready` and `/metrics`: for the management listener, which is
/// never public.
public final class ManagementRoutes {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private ManagementRoutes() {}

    public static List<Route> of(Health health, Metrics metrics) {
        return List.of(
                Route.get("/health", "health", _ -> ready(health)),
                Route.get("/health/ready", "healthReady", _ -> ready(health)),
                Route.get(
                        "/health/live",
                        "healthLive",
                        _ -> Response.json(JsonObject.EMPTY.with("status", "up"))),
                Route.get(
                        "/metrics",
                        "metrics",
                        _ -> Response.text(200, PROMETHEUS, metrics.scrape())));
    }

    private static Response ready(Health health) {
        Map<String, String> problems = health.problems();
        JsonObject.Builder checks = JsonObject.builder();
        health.checkNames().forEach(name -> checks.put(name, problems.getOrDefault(name, "up")));
        JsonObject answer = JsonObject.builder()
                .put("status", problems.isEmpty() ? "up" : "down")
                .put("phase", health.phase().name().toLowerCase(java.util.Locale.ROOT))
                .put("checks", checks.build())
                .build();
        return Response.json(problems.isEmpty() ? 200 : 503, answer);
    }
}
