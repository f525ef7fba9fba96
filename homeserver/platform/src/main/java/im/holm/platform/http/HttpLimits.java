package im.holm.platform.http;

import java.time.Duration;

/// What a listener bears before it refuses or cuts.
///
/// @param connectionsMax more connections are closed at once
/// @param requestsMax more concurrent requests are answered 503; long polls do not count
/// @param targetBytesMax path and query; longer is 414
/// @param headerBytesMax all headers; larger is 431
/// @param progressTimeout a request that sends nothing for so long, or an answer of which nothing
/// can be sent for so
///     long, ends its connection
/// @param headTimeout how long request line and headers may take altogether
/// @param idleTimeout how long a connection may wait for its next request
public record HttpLimits(
        int connectionsMax,
        int requestsMax,
        int targetBytesMax,
        int headerBytesMax,
        Duration progressTimeout,
        Duration headTimeout,
        Duration idleTimeout) {
    public static final HttpLimits DEFAULT = new HttpLimits(
            12_000,
            1_000,
            16 * 1024,
            32 * 1024,
            Duration.ofSeconds(8),
            Duration.ofSeconds(8),
            Duration.ofSeconds(75));

    public HttpLimits {
        if (connectionsMax < 1
                || requestsMax < 1
                || targetBytesMax < 1024
                || headerBytesMax < 1024) {
            throw new IllegalArgumentException("a limit is too small to serve anything");
        }
    }

    public HttpLimits withConnectionsMax(int max) {
        return new HttpLimits(
                max,
                requestsMax,
                targetBytesMax,
                headerBytesMax,
                progressTimeout,
                headTimeout,
                idleTimeout);
    }

    public HttpLimits withRequestsMax(int max) {
        return new HttpLimits(
                connectionsMax,
                max,
                targetBytesMax,
                headerBytesMax,
                progressTimeout,
                headTimeout,
                idleTimeout);
    }

    public HttpLimits withProgressTimeout(Duration timeout) {
        return new HttpLimits(
                connectionsMax,
                requestsMax,
                targetBytesMax,
                headerBytesMax,
                timeout,
                headTimeout,
                idleTimeout);
    }

    public HttpLimits withHeadTimeout(Duration timeout) {
        return new HttpLimits(
                connectionsMax,
                requestsMax,
                targetBytesMax,
                headerBytesMax,
                progressTimeout,
                timeout,
                idleTimeout);
    }

    public HttpLimits withIdleTimeout(Duration timeout) {
        return new HttpLimits(
                connectionsMax,
                requestsMax,
                targetBytesMax,
                headerBytesMax,
                progressTimeout,
                headTimeout,
                timeout);
    }
}
