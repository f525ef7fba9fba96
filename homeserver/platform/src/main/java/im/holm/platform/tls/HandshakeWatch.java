package im.holm.platform.tls;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// TCP connections whose TLS handshake is under way. The HTTP server waits for a handshake without
/// end, so those that take too long are closed here.
public final class HandshakeWatch {
    private final int handshakesMax;
    private final Duration timeout;
    private final Map<SocketAddress, Pending> pending = new ConcurrentHashMap<>();

    private record Pending(Socket socket, long sinceNanos) {}

    public HandshakeWatch(int handshakesMax, Duration timeout) {
        this.handshakesMax = handshakesMax;
        this.timeout = timeout;
    }

    /// A connection was accepted; false when too many are under way.
    boolean started(Socket socket) {
        if (pending.size() >= handshakesMax) {
            return false;
        }
        pending.put(socket.getRemoteSocketAddress(), new Pending(socket, System.nanoTime()));
        return true;
    }

    /// The handshake with this client is done.
    public void finished(SocketAddress client) {
        pending.remove(client);
    }

    /// Closes those that have taken too long; called every second or so.
    public void closeOverdue(long nowNanos) {
        pending.forEach((client, handshake) -> {
            if (nowNanos - handshake.sinceNanos() > timeout.toNanos()) {
                pending.remove(client);
                close(handshake.socket());
            }
        });
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone in either case.
        }
    }
}
