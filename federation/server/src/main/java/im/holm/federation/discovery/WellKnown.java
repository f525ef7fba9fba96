package im.holm.federation.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.platform.egress.Egress;
import im.holm.platform.egress.EgressClass;
import im.holm.platform.egress.EgressOutcome;
import im.holm.platform.egress.EgressRequest;
import im.holm.platform.egress.EgressResponse;
import im.holm.platform.egress.Target;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// `https://<hostname>/.well-known/matrix/server`, with what it said cached, errors included.
final class WellKnown {
    static final int HTTPS_PORT = 443;

    private static final String PATH = "/.well-known/matrix/server";
    private static final Duration DEADLINE = Duration.ofSeconds(6);
    private static final int ANSWER_MAX_BYTES = 50 * 1024;
    private static final int REDIRECTS_MAX = 10;
    private static final int HOSTS_MAX = 10_000;

    /// A host whose connection fails keeps its last good answer for so long.
    private static final Duration GRACE = CacheTtl.MAX;

    private static final Duration FIRST_ERROR_TTL = Duration.ofMinutes(1);
    private static final Duration ERROR_TTL_MAX = Duration.ofHours(1);

    private final Egress egress;
    private final InstantSource time;
    private final int port;
    private final Cache<String, Entry> entries =
            Caffeine.newBuilder().maximumSize(HOSTS_MAX).build();

    WellKnown(Egress egress, InstantSource time, int port) {
        this.egress = egress;
        this.time = time;
        this.port = port;
    }

    /// @param delegated what the last good answer said
    /// @param goodAtMs when that was
    /// @param failures in a row since
    private record Entry(
            Optional<ServerName> delegated, long goodAtMs, int failures, long expiresMs) {}

    /// @param to the name that the host delegates to; empty if it delegates to nobody, or says
    ///     nothing useful
    record Delegation(Optional<ServerName> to, long expiresMs) {}

    Delegation delegation(String host) {
        Entry known = entries.getIfPresent(host);
        if (known != null && known.expiresMs() > time.millis()) {
            return new Delegation(known.delegated(), known.expiresMs());
        }
        Entry fresh = ask(host, known);
        entries.put(host, fresh);
        return new Delegation(fresh.delegated(), fresh.expiresMs());
    }

    private Entry ask(String host, Entry known) {
        EgressRequest request = EgressRequest.to(
                        EgressClass.FEDERATION, true, host, port, "GET", PATH)
                .withTarget(new Target.Named(host, port))
                .withDeadline(DEADLINE)
                .withResponseBytesMax(ANSWER_MAX_BYTES)
                .followingRedirects(REDIRECTS_MAX);
        long now = time.millis();
        return switch (egress.send(request)) {
            case EgressOutcome.Answered(EgressResponse answer) -> {
                Optional<ServerName> delegated = read(answer);
                yield delegated.isPresent()
                        ? new Entry(delegated, now, 0, now + CacheTtl.of(answer.headers(), now))
                        : failed(Optional.empty(), known, now);
            }
            case EgressOutcome.Unreachable _, EgressOutcome.TimedOut _ ->
                failed(stillGood(known, now), known, now);
            case EgressOutcome.Refused _, EgressOutcome.TooLarge _ ->
                failed(Optional.empty(), known, now);
        };
    }

    private static Optional<ServerName> read(EgressResponse answer) {
        if (answer.status() != 200) {
            return Optional.empty();
        }
        return JsonParser.parseObject(answer.body(), JsonLimits.federationBody(ANSWER_MAX_BYTES))
                .object()
                .flatMap(object -> object.string("m.server"))
                .flatMap(ServerName::parse);
    }

    private static Optional<ServerName> stillGood(Entry known, long now) {
        boolean young = known != null && known.goodAtMs() + GRACE.toMillis() > now;
        return young ? known.delegated() : Optional.empty();
    }

    private static Entry failed(Optional<ServerName> delegated, Entry known, long now) {
        int failures = known == null ? 1 : Math.min(known.failures() + 1, 10);
        long ttl = Math.min(ERROR_TTL_MAX.toMillis(), FIRST_ERROR_TTL.toMillis() << (failures - 1));
        return new Entry(delegated, known == null ? 0 : known.goodAtMs(), failures, now + ttl);
    }
}
