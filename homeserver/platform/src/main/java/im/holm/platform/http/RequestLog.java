package im.holm.platform.http;

import im.holm.platform.metrics.Metrics;

import io.micrometer.core.instrument.Timer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Counts and logs served requests. Slow (over a second, unless they wait on purpose) and failed
/// ones are logged at WARN, all others at DEBUG; the query is left out, since old clients put their
/// access token there.
final class RequestLog {
    static final String METRIC = "holm.http.requests";
    private static final Logger LOG = LoggerFactory.getLogger("im.holm.access");
    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final int PATH_CHARACTERS_MAX = 200;
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private final String listener;
    private final Metrics metrics;
    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

    RequestLog(String listener, Metrics metrics) {
        this.listener = listener;
        this.metrics = metrics;
    }

    private record Series(String method, String route, int status) {}

    void served(Incoming incoming, Optional<Route> route, int status, long nanos) {
        String template = route.map(found -> found.path().text()).orElse("unknown");
        String method = incoming.method().map(Enum::name).orElse("other");
        timers.computeIfAbsent(new Series(method, template, status), this::timer)
                .record(Duration.ofNanos(nanos));
        boolean slow = nanos > SLOW.toNanos() && !route.map(Route::longPoll).orElse(false);
        Level level = slow || status >= 500 ? Level.WARN : Level.DEBUG;
        LOG.atLevel(level)
                .addKeyValue("listener", listener)
                .addKeyValue("method", incoming.methodText())
                .addKeyValue("path", printable(incoming.rawPath()))
                .addKeyValue("operation", route.map(Route::operationId).orElse("none"))
                .addKeyValue("status", status)
                .addKeyValue("duration_ms", nanos / 1_000_000)
                .addKeyValue("remote", incoming.remote().address())
                .addKeyValue("request_id", incoming.requestId())
                .log(slow ? "slow request" : "request");
    }

    private Timer timer(Series series) {
        return Timer.builder(METRIC)
                .description("Served HTTP requests and how long they took")
                .tag("listener", listener)
                .tag("method", series.method())
                .tag("route", series.route())
                .tag("status", String.valueOf(series.status()))
                .serviceLevelObjectives(BUCKETS)
                .register(metrics.registry());
    }

    private static String printable(String path) {
        String shown = path.length() > PATH_CHARACTERS_MAX
                ? path.substring(0, PATH_CHARACTERS_MAX) + "..."
                : path;
        return shown.replaceAll("[^\\x21-\\x7E]", "?");
    }
}
