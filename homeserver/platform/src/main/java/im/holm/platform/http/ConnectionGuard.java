package im.holm.platform.http;

import im.holm.platform.tls.HandshakeWatch;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Stands between the server's sockets and its HTTP/1.1: bounds the number of connections and cuts
/// those whose clients send or take nothing. The server itself has one read timeout for everything
/// and none for writing.
final class ConnectionGuard implements ServerConnectionSelector, AutoCloseable {
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    private final HttpLimits limits;
    private final Http1ConnectionSelector http1;
    private final Semaphore places;
    private final HandshakeWatch handshakes;
    private final Set<GuardedConnection> open = ConcurrentHashMap.newKeySet();
    private final Thread watchdog;

    ConnectionGuard(String listener, HttpLimits limits, Http1Config http1) {
        this.limits = limits;
        this.http1 = Http1ConnectionSelector.builder().config(http1).build();
        this.handshakes = new HandshakeWatch(limits.connectionsMax(), limits.headTimeout());
        this.places = new Semaphore(limits.connectionsMax());
        this.watchdog = Thread.ofVirtual().name("http-watchdog-" + listener).start(this::watch);
    }

    /// Where a TLS listener reports the connections that it accepts.
    HandshakeWatch handshakes() {
        return handshakes;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new GuardedConnection(context, limits, this, http1::connection);
    }

    /// Takes a place among the open connections.
    void enter(GuardedConnection connection) {
        handshakes.finished(connection.remotePeer().address());
        if (!places.tryAcquire()) {
            throw new CloseConnectionException(
                    "more than " + limits.connectionsMax() + " connections");
        }
        open.add(connection);
    }

    void leave(GuardedConnection connection) {
        open.remove(connection);
        places.release();
    }

    int connections() {
        return open.size();
    }

    /// Ends what long-polling handlers wait for, since the listener stops.
    void endWaiting() {
        open.forEach(GuardedConnection::endWaiting);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(WATCH_INTERVAL);
                long now = System.nanoTime();
                handshakes.closeOverdue(now);
                open.forEach(connection -> connection.cutIfStalled(now));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        watchdog.interrupt();
    }
}
