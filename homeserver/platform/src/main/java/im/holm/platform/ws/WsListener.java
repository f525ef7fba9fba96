package im.holm.platform.ws;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Headers;
import im.holm.platform.http.ListenOutcome;
import im.holm.platform.http.Peers;
import im.holm.platform.http.PortProbe;
import im.holm.platform.http.Query;
import im.holm.platform.metrics.Metrics;

import io.micrometer.core.instrument.Gauge;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// One open port that speaks WebSocket on a list of paths, and JSON errors on all others.
public final class WsListener implements AutoCloseable {
    static final int CODE_GOING_AWAY = 1001;

    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(9);
    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final int THREADS_MAX = 8;
    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final AtomicLong NUMBER = new AtomicLong();

    private final WsOptions options;
    private final Peers peers;
    private final Set<JettySession> sessions = ConcurrentHashMap.newKeySet();
    private final Server server;
    private final ServerConnector connector;
    private final Thread keepAlive;

    private WsListener(WsOptions options, List<WsMount> mounts) {
        this.options = options;
        this.peers = new Peers(options.trustedProxies());
        this.server = new Server(threads());
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setIdleTimeout(HANDSHAKE_TIMEOUT.toMillis());
        server.addConnector(connector);
        // Some beyond the sessions, so that one too many gets an answer instead of silence.
        server.addBean(new NetworkConnectionLimit(options.connectionsMax() + 64, server));
        WebSocketUpgradeHandler upgrades =
                WebSocketUpgradeHandler.from(server, container -> configure(container, mounts));
        upgrades.setHandler(new PlainRequests());
        server.setHandler(upgrades);
        server.setErrorHandler(new JsonErrors());
        this.keepAlive = Thread.ofVirtual().name("ws-keep-alive").unstarted(this::keepAlive);
    }

    /// Opens the port and serves these endpoints.
    public static ListenOutcome<WsListener> start(
            WsOptions options, List<WsMount> mounts, Metrics metrics) {
        InetAddress address;
        try {
            address = InetAddress.getByName(options.host());
        } catch (UnknownHostException e) {
            return new ListenOutcome.NotPossible<>("no address is known for " + options.host());
        }
        Optional<ListenOutcome<WsListener>> obstacle =
                PortProbe.obstacle(options.host(), address, options.port());
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        WsListener listener = new WsListener(options, mounts);
        try {
            listener.server.start();
        } catch (Exception e) {
            return new ListenOutcome.NotPossible<>("cannot listen on " + options.host() + ":"
                    + options.port() + ": " + e.getMessage());
        }
        listener.keepAlive.start();
        Gauge.builder("holm.ws.sessions", listener.sessions, Set::size)
                .register(metrics.registry());
        return new ListenOutcome.Listening<>(listener);
    }

    public int port() {
        return connector.getLocalPort();
    }

    public int sessions() {
        return sessions.size();
    }

    /// Says goodbye to every client (1001), gives them a moment, and closes.
    @Override
    public void close() {
        keepAlive.interrupt();
        sessions.forEach(session -> session.close(CODE_GOING_AWAY, "the server stops"));
        long deadline = System.nanoTime() + GOODBYE.toNanos();
        try {
            while (!sessions.isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the WebSocket listener did not stop", e);
        }
    }

    private void configure(ServerWebSocketContainer container, List<WsMount> mounts) {
        container.setMaxTextMessageSize(options.frameBytesMax());
        container.setMaxFrameSize(options.frameBytesMax());
        container.setMaxBinaryMessageSize(options.frameBytesMax());
        container.setIdleTimeout(options.pingInterval().multipliedBy(4));
        for (WsMount mount : mounts) {
            container.addMapping(
                    mount.path(),
                    (request, response, callback) -> accept(mount, request, response, callback));
        }
    }

    private Object accept(
            WsMount mount,
            ServerUpgradeRequest request,
            ServerUpgradeResponse response,
            Callback callback) {
        if (sessions.size() >= options.connectionsMax()) {
            PlainRequests.answer(
                    request,
                    response,
                    callback,
                    ErrorCode.UNAVAILABLE,
                    "Too many connections; try again later");
            return null;
        }
        Headers headers = Headers.empty();
        for (HttpField field : request.getHeaders()) {
            headers =
                    headers.plus(field.getName(), field.getValue() == null ? "" : field.getValue());
        }
        String query = request.getHttpURI().getQuery();
        JettySession.Handshake handshake = new JettySession.Handshake(
                Long.toString(NUMBER.incrementAndGet(), 36),
                peers.remote(
                        request.getConnectionMetaData().getRemoteSocketAddress(),
                        request.isSecure(),
                        headers),
                headers,
                query == null ? Query.empty() : Query.parse(query));
        return new JettySession(handshake, mount.endpoint(), options, sessions);
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 2);
        threads.setName("ws");
        threads.setDaemon(true);
        return threads;
    }

    private void keepAlive() {
        long pauseMs = Math.clamp(options.pingInterval().toMillis() / 5, 50, 1_000);
        try {
            while (true) {
                Thread.sleep(pauseMs);
                long now = System.nanoTime();
                sessions.forEach(session -> session.keepAlive(now, options.pingInterval()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
