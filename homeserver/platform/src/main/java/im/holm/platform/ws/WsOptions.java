package im.holm.platform.ws;

import im.holm.platform.egress.Cidr;

import java.time.Duration;
import java.util.List;

/// How a WebSocket listener is opened and what it bears.
///
/// @param port 0 picks a free one
/// @param connectionsMax more are answered 503
/// @param frameBytesMax a larger message closes the session with 1009
/// @param queueFramesMax frames that may wait for one slow client
/// @param queueBytesMax and their bytes; a single frame may have more when nothing else waits
/// @param pingInterval a silent connection is pinged so often; without any sign of life for three
/// intervals it ends
public record WsOptions(
        String host,
        int port,
        List<Cidr> trustedProxies,
        int connectionsMax,
        int frameBytesMax,
        int queueFramesMax,
        int queueBytesMax,
        Duration pingInterval) {
    public static final int CONNECTIONS_MAX = 20_000;
    public static final int FRAME_BYTES_MAX = 64 * 1024;
    public static final int QUEUE_FRAMES_MAX = 1_000;
    public static final int QUEUE_BYTES_MAX = 1024 * 1024;

    public static WsOptions of(String host, int port) {
        return new WsOptions(
                host,
                port,
                List.of(),
                CONNECTIONS_MAX,
                FRAME_BYTES_MAX,
                QUEUE_FRAMES_MAX,
                QUEUE_BYTES_MAX,
                Duration.ofSeconds(25));
    }

    public WsOptions withTrustedProxies(List<Cidr> proxies) {
        return new WsOptions(
                host,
                port,
                List.copyOf(proxies),
                connectionsMax,
                frameBytesMax,
                queueFramesMax,
                queueBytesMax,
                pingInterval);
    }
}
