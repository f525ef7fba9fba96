package im.holm.federation.call;

import im.holm.federation.discovery.Discovery;
import im.holm.federation.discovery.Endpoint;
import im.holm.federation.discovery.Resolution;
import im.holm.platform.egress.Egress;
import im.holm.platform.egress.EgressClass;
import im.holm.platform.egress.EgressOutcome;
import im.holm.platform.egress.EgressRequest;
import im.holm.platform.egress.Target;
import im.holm.platform.http.Headers;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Carries one request to a server, wherever it answers, and keeps [ServerHealth] up to date.
public final class Transport {
    private static final String JSON = "application/json";
    private static final String USER_AGENT = "Holm";

    private final Discovery discovery;
    private final Egress egress;
    private final ServerHealth health;

    public Transport(Discovery discovery, Egress egress, ServerHealth health) {
        this.discovery = discovery;
        this.egress = egress;
        this.health = health;
    }

    /// @param target path and query, encoded
    /// @param authorization the `Authorization` header of a signed request
    /// @param body JSON
    /// @param room whose data it carries, if one room's
    /// @param deadline for all attempts together
    public record Carried(
            ServerName to,
            String method,
            String target,
            Optional<String> authorization,
            Optional<byte[]> body,
            Optional<RoomId> room,
            Duration deadline,
            long answerMaxBytes,
            Urgency urgency) {}

    public sealed interface Delivery {
        record Answered(int status, Headers headers, byte[] body) implements Delivery {}

        /// @param sent whether the request may have reached the server
        record Failed(String reason, boolean sent) implements Delivery {}
    }

    /// Blocks until the server answered, or the deadline has passed.
    public Delivery carry(Carried carried) {
        if (!health.permits(carried.to(), carried.urgency())) {
            return new Delivery.Failed(carried.to() + " is held to be down", false);
        }
        long endNanos = System.nanoTime() + carried.deadline().toNanos();
        return switch (discovery.resolve(carried.to())) {
            case Resolution.Failed(String reason) -> {
                health.failed(carried.to(), 0);
                yield new Delivery.Failed(reason, false);
            }
            case Resolution.Found(List<Endpoint> endpoints) ->
                carryTo(carried, endpoints, endNanos);
        };
    }

    /// Goes on to the next endpoint only while the request has certainly not been received.
    private Delivery carryTo(Carried carried, List<Endpoint> endpoints, long endNanos) {
        String reason = "no time was left to connect";
        for (Endpoint endpoint : endpoints) {
            long leftMs = (endNanos - System.nanoTime()) / 1_000_000;
            if (leftMs < 1) {
                break;
            }
            EgressOutcome outcome = egress.send(request(carried, endpoint, leftMs));
            switch (outcome) {
                case EgressOutcome.Answered(var answer) -> {
                    assess(carried.to(), answer.status(), answer.headers());
                    return new Delivery.Answered(answer.status(), answer.headers(), answer.body());
                }
                case EgressOutcome.TooLarge(long max) -> {
                    health.succeeded(carried.to());
                    return new Delivery.Failed("the answer is larger than " + max + " bytes", true);
                }
                case EgressOutcome.Refused(String why) -> {
                    return new Delivery.Failed("not permitted: " + why, false);
                }
                case EgressOutcome.Unreachable(String why, boolean sent) -> {
                    reason = why;
                    if (sent) {
                        return failed(carried.to(), why, true);
                    }
                }
                case EgressOutcome.TimedOut(String doing, boolean sent) -> {
                    return failed(carried.to(), "no answer in time while " + doing, sent);
                }
            }
        }
        discovery.forget(carried.to());
        return failed(carried.to(), reason, false);
    }

    private Delivery failed(ServerName server, String reason, boolean sent) {
        health.failed(server, 0);
        return new Delivery.Failed(reason, sent);
    }

    private void assess(ServerName server, int status, Headers headers) {
        if (status == 429 || status == 502 || status == 503 || status == 504) {
            health.failed(server, retryAfterMs(headers));
        } else {
            health.succeeded(server);
        }
    }

    private static long retryAfterMs(Headers headers) {
        return headers.first("Retry-After")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Long.parseLong(value) * 1000)
                .orElse(0L);
    }

    private static EgressRequest request(Carried carried, Endpoint endpoint, long leftMs) {
        EgressRequest request = EgressRequest.to(
                        EgressClass.FEDERATION,
                        true,
                        endpoint.host(),
                        endpoint.port(),
                        carried.method(),
                        carried.target())
                .withDestination(carried.to().text())
                .withTarget(new Target.Named(endpoint.host(), endpoint.port()))
                .withHostHeader(endpoint.hostHeader())
                .withTlsName(endpoint.tlsName())
                .withHeader("User-Agent", USER_AGENT)
                .withDeadline(Duration.ofMillis(leftMs))
                .withResponseBytesMax(carried.answerMaxBytes());
        if (carried.authorization().isPresent()) {
            request =
                    request.withHeader("Authorization", carried.authorization().get());
        }
        if (carried.body().isPresent()) {
            request = request.withBody(JSON, carried.body().get());
        }
        return carried.room().isPresent() ? request.withRoom(carried.room().get()) : request;
    }
}
