package im.holm.platform.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.spi.ServerConnection;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/// One connection: what the server reads and writes goes through [ConnectionInput] and
/// [ConnectionOutput].
final class GuardedConnection implements ServerConnection, ConnectionContext {
    /// The connection that the current thread serves.
    static final ScopedValue<GuardedConnection> CURRENT = ScopedValue.newInstance();

    /// What a client may still send after an answer that ended its request early; reading it
    /// lets the answer arrive instead of a connection reset.
    private static final long LINGER_BYTES_MAX = 256L * 1024 * 1024;

    private static final Duration LINGER_TIME = Duration.ofSeconds(5);
    private static final Duration LINGER_SILENCE = Duration.ofSeconds(1);

    private final ConnectionContext context;
    private final HttpLimits limits;
    private final ConnectionGuard guard;
    private final ConnectionInput input;
    private final ConnectionOutput output;
    private final ServerConnection served;

    private volatile Thread thread;
    private boolean lingers;

    GuardedConnection(
            ConnectionContext context,
            HttpLimits limits,
            ConnectionGuard guard,
            Function<ConnectionContext, ServerConnection> http1) {
        this.context = context;
        this.limits = limits;
        this.guard = guard;
        this.input = new ConnectionInput(new InputSource(context.serverSocket(), limits));
        this.output = new ConnectionOutput(context.dataWriter());
        this.served = http1.apply(this);
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        guard.enter(this);
        thread = Thread.currentThread();
        input.source().start();
        try {
            ScopedValue.where(CURRENT, this).call(() -> {
                served.handle(limit);
                return true;
            });
            // Reached only after a request that could not be read, which the server has
            // answered.
            lingers = true;
        } finally {
            if (lingers) {
                linger();
            }
            input.source().stop();
            guard.leave(this);
        }
    }

    ConnectionInput input() {
        return input;
    }

    /// Reads on after the answer before it closes.
    void lingerBeforeClosing() {
        lingers = true;
    }

    void endWaiting() {
        input.source().disconnected();
    }

    /// A client that does not take its answer holds a thread and memory. Interrupting a virtual
    /// thread that is blocked in a socket closes the socket.
    void cutIfStalled(long nowNanos) {
        if (output.stalledLongerThan(limits.progressTimeout(), nowNanos)) {
            thread.interrupt();
        }
    }

    private void linger() {
        long deadline = System.nanoTime() + LINGER_TIME.toNanos();
        long bytes = 0;
        while (bytes < LINGER_BYTES_MAX && System.nanoTime() < deadline) {
            byte[] piece = input.source().nextWithin(LINGER_SILENCE);
            if (piece == null) {
                return;
            }
            bytes += piece.length;
        }
    }

    @Override
    public Duration idleTime() {
        return served.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        served.close(interrupt);
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public DataWriter dataWriter() {
        return output;
    }

    @Override
    public DataReader dataReader() {
        return input;
    }

    @Override
    public Router router() {
        return context.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return context.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return context.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return context.isSecure();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
