package im.holm.platform.http;

import im.holm.platform.metrics.Metrics;
import im.holm.platform.tls.ReloadingTls;
import im.holm.platform.tls.TlsOutcome;
import im.holm.platform.tls.WatchedContext;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.micrometer.core.instrument.Gauge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/// One open port that serves a list of routes over HTTP/1.1.
///
/// Each connection has a virtual thread, which runs the handlers of its requests one after the
/// other.
public final class HttpListener implements AutoCloseable {
    private static final Duration DRAIN_DEFAULT = Duration.ofSeconds(5);
    private static final Duration DRAIN_POLL = Duration.ofMillis(20);
    private static final int BACKLOG = 1024;

    private final ListenerOptions options;
    private final WebServer server;
    private final ConnectionGuard guard;
    private final Exchange exchange;

    private HttpListener(
            ListenerOptions options, WebServer server, ConnectionGuard guard, Exchange exchange) {
        this.options = options;
        this.server = server;
        this.guard = guard;
        this.exchange = exchange;
    }

    /// Opens the port and serves. Two routes with one path and method, or with one operation
    /// id, are a bug and throw [IllegalArgumentException].
    public static ListenOutcome<HttpListener> start(
            ListenerOptions options, List<Route> routes, Metrics metrics) {
        Exchange exchange =
                new Exchange(options, new Router(routes), new RequestLog(options.name(), metrics));
        if (options.tls().isEmpty()) {
            return start(options, exchange, Optional.empty(), metrics);
        }
        return switch (ReloadingTls.server(options.tls().get())) {
            case TlsOutcome.Ready(SSLContext context) ->
                start(options, exchange, Optional.of(context), metrics);
            case TlsOutcome.Unusable(String reason) -> new ListenOutcome.NotPossible<>(reason);
        };
    }

    private static ListenOutcome<HttpListener> start(
            ListenerOptions options,
            Exchange exchange,
            Optional<SSLContext> context,
            Metrics metrics) {
        InetAddress address;
        try {
            address = InetAddress.getByName(options.host());
        } catch (UnknownHostException e) {
            return new ListenOutcome.NotPossible<>("no address is known for " + options.host());
        }
        Http1Config http1 = Http1Config.builder()
                .maxPrologueLength(options.limits().targetBytesMax() + 64)
                .maxHeadersSize(options.limits().headerBytesMax())
                .validatePath(false)
                .validatePrologue(false)
                .validateResponseHeaders(false)
                .sendLog(false)
                .receiveLog(false)
                .build();
        Optional<ListenOutcome<HttpListener>> obstacle =
                PortProbe.obstacle(options.host(), address, options.port());
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        ConnectionGuard guard = new ConnectionGuard(options.name(), options.limits(), http1);
        Tls tls = context.map(secure -> WatchedContext.of(secure, guard.handshakes()))
                .map(watched -> Tls.builder().sslContext(watched).build())
                .orElseGet(() -> Tls.builder().enabled(false).build());
        WebServer server = configuration(options, exchange, tls, guard, address).build();
        server.start();
        if (!server.isRunning()) {
            guard.close();
            return new ListenOutcome.PortTaken<>(options.host(), options.port());
        }
        Gauge.builder("holm.http.connections", guard, ConnectionGuard::connections)
                .tag("listener", options.name())
                .register(metrics.registry());
        Gauge.builder("holm.http.in.flight", exchange, Exchange::inFlight)
                .tag("listener", options.name())
                .register(metrics.registry());
        return new ListenOutcome.Listening<>(new HttpListener(options, server, guard, exchange));
    }

    private static WebServerConfig.Builder configuration(
            ListenerOptions options,
            Exchange exchange,
            Tls tls,
            ConnectionGuard guard,
            InetAddress address) {
        return WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addConnectionSelector(guard)
                .address(address)
                .host(options.host())
                .port(options.port())
                .backlog(BACKLOG)
                .tls(tls)
                .connectionOptions(SocketOptions.builder()
                        .tcpNoDelay(true)
                        .socketKeepAlive(true)
                        .build())
                .idleConnectionTimeout(Duration.ofHours(24))
                .shutdownGracePeriod(Duration.ofMillis(500))
                .maxPayloadSize(-1)
                .errorHandling(errors -> errors.includeEntity(true))
                .directHandlers(DirectAnswers.all(options))
                .routing(HttpRouting.builder().any(exchange::serve));
    }

    public int port() {
        return server.port();
    }

    public String name() {
        return options.name();
    }

    /// Takes no more requests (503), ends what long-polling handlers wait for, gives all others
    /// this long to finish, then closes every connection.
    public void stop(Duration drain) {
        exchange.drain();
        guard.endWaiting();
        long deadline = System.nanoTime() + drain.toNanos();
        try {
            while (exchange.inFlight() > 0 && System.nanoTime() < deadline) {
                Thread.sleep(DRAIN_POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop();
        guard.close();
    }

    @Override
    public void close() {
        stop(DRAIN_DEFAULT);
    }
}
