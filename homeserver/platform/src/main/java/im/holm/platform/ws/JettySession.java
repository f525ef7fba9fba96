package im.holm.platform.ws;

import im.holm.platform.http.Attribute;
import im.holm.platform.http.Headers;
import im.holm.platform.http.Query;
import im.holm.platform.http.Remote;

import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// One connection: Jetty reads and writes its frames, this class bounds what waits to be written
/// and keeps the calls to the endpoint in order. Public only because Jetty calls it by method
/// handles.
public final class JettySession implements WsSession, Session.Listener {
    static final int CODE_ABNORMAL = 1006;
    static final int CODE_BINARY = 1003;
    static final int CODE_ERROR = 1011;
    static final int CODE_TOO_SLOW = 1013;

    private static final Logger LOG = LoggerFactory.getLogger(JettySession.class);
    private static final int REASON_BYTES_MAX = 120;
    private static final int SILENT_INTERVALS_MAX = 3;
    private static final Duration GOODBYE_MAX = Duration.ofSeconds(5);

    /// What is known of a connection from its handshake.
    record Handshake(String id, Remote remote, Headers headers, Query query) {}

    private final Handshake handshake;
    private final WsEndpoint endpoint;
    private final WsOptions options;
    private final Set<JettySession> sessions;
    private final SerialWork calls;
    private final Map<Attribute<?>, Object> attachments = new ConcurrentHashMap<>();
    private final Deque<String> queue = new ArrayDeque<>();

    private volatile Session session;
    private volatile long lastSeen = System.nanoTime();
    private int queuedBytes;
    private boolean writing;
    private boolean closing;
    private long closingSince;
    private boolean ended;
    private Runnable closeWhenSent;

    JettySession(
            Handshake handshake,
            WsEndpoint endpoint,
            WsOptions options,
            Set<JettySession> sessions) {
        this.handshake = handshake;
        this.endpoint = endpoint;
        this.options = options;
        this.sessions = sessions;
        this.calls = new SerialWork("ws-" + handshake.id());
    }

    @Override
    public String id() {
        return handshake.id();
    }

    @Override
    public Remote remote() {
        return handshake.remote();
    }

    @Override
    public Optional<String> origin() {
        return handshake.headers().first("Origin");
    }

    @Override
    public Headers headers() {
        return handshake.headers();
    }

    @Override
    public Query query() {
        return handshake.query();
    }

    @Override
    public boolean send(String text) {
        boolean overflows;
        synchronized (queue) {
            if (closing || session == null) {
                return false;
            }
            overflows = queue.size() >= options.queueFramesMax()
                    || queuedBytes > 0 && queuedBytes + text.length() > options.queueBytesMax();
            if (!overflows) {
                queue.addLast(text);
                queuedBytes += text.length();
                if (writing) {
                    return true;
                }
                writing = true;
            }
        }
        if (overflows) {
            closeAtOnce(CODE_TOO_SLOW, "too slow: connect again and resume");
            return false;
        }
        writeNext();
        return true;
    }

    @Override
    public boolean awaitQueue(int frames, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (queue) {
            while (!closing && queue.size() > frames) {
                long leftMs = (deadline - System.nanoTime()) / 1_000_000;
                if (leftMs <= 0) {
                    return false;
                }
                queue.wait(leftMs);
            }
            return !closing;
        }
    }

    @Override
    public void close(int code, String reason) {
        synchronized (queue) {
            if (closing) {
                return;
            }
            startClosing();
            if (writing) {
                closeWhenSent = () -> closeNow(code, reason);
                return;
            }
        }
        closeNow(code, reason);
    }

    @Override
    public boolean isOpen() {
        synchronized (queue) {
            return session != null && !closing && !ended;
        }
    }

    @Override
    public <T> void attach(Attribute<T> attribute, T value) {
        attachments.put(attribute, value);
    }

    @Override
    public <T> Optional<T> attachment(Attribute<T> attribute) {
        return Optional.ofNullable(attachments.get(attribute)).map(attribute::cast);
    }

    private void startClosing() {
        closingSince = closing ? closingSince : System.nanoTime();
        closing = true;
        queue.notifyAll();
    }

    private boolean saysGoodbyeTooLong(long nowNanos) {
        synchronized (queue) {
            return closing && !ended && nowNanos - closingSince > GOODBYE_MAX.toNanos();
        }
    }

    /// Drops what waits, tries to say why, and hangs up soon.
    private void closeAtOnce(int code, String reason) {
        synchronized (queue) {
            startClosing();
            closeWhenSent = null;
            queue.clear();
            queuedBytes = 0;
        }
        closeNow(code, reason);
    }

    private void closeNow(int code, String reason) {
        session.close(code, cut(reason), Callback.from(() -> {}, _ -> session.disconnect()));
    }

    private void writeNext() {
        String text;
        Runnable close = null;
        synchronized (queue) {
            text = queue.pollFirst();
            if (text == null) {
                writing = false;
                close = closeWhenSent;
                closeWhenSent = null;
            } else {
                queuedBytes -= text.length();
                queue.notifyAll();
            }
        }
        if (text != null) {
            session.sendText(text, Callback.from(this::writeNext, this::writeFailed));
        } else if (close != null) {
            close.run();
        }
    }

    private void writeFailed(Throwable failure) {
        synchronized (queue) {
            startClosing();
            queue.clear();
            queuedBytes = 0;
        }
        session.disconnect();
    }

    /// Called now and then: pings a silent client, hangs up on one that has been silent for too
    /// long or that does not take the goodbye.
    void keepAlive(long nowNanos, Duration interval) {
        Session open = session;
        if (open == null) {
            return;
        }
        long silentNanos = nowNanos - lastSeen;
        if (silentNanos > interval.toNanos() * SILENT_INTERVALS_MAX
                || saysGoodbyeTooLong(nowNanos)) {
            open.disconnect();
        } else if (silentNanos > interval.toNanos() && isOpen()) {
            open.sendPing(ByteBuffer.allocate(0), Callback.NOOP);
        }
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        sessions.add(this);
        calls.submit(() -> {
            call(() -> endpoint.onOpen(this));
            opened.demand();
        });
    }

    @Override
    public void onWebSocketText(String text) {
        lastSeen = System.nanoTime();
        calls.submit(() -> {
            call(() -> endpoint.onText(this, text));
            session.demand();
        });
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        lastSeen = System.nanoTime();
        session.demand();
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        callback.succeed();
        close(CODE_BINARY, "text frames only");
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        LOG.debug("WebSocket {} failed: {}", id(), cause.toString());
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
        callback.succeed();
        synchronized (queue) {
            if (ended) {
                return;
            }
            ended = true;
            startClosing();
            queue.clear();
            queuedBytes = 0;
        }
        calls.submit(() -> {
            try {
                endpoint.onClose(this, code, reason == null ? "" : reason);
            } catch (RuntimeException e) {
                LOG.error("WebSocket {}: onClose failed", id(), e);
            } finally {
                sessions.remove(this);
            }
        });
    }

    private void call(Runnable call) {
        synchronized (queue) {
            if (ended) {
                return;
            }
        }
        try {
            call.run();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("WebSocket {}: the endpoint failed", id(), e);
            closeAtOnce(CODE_ERROR, "internal error");
        }
    }

    private static String cut(String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= REASON_BYTES_MAX
                ? reason
                : reason.substring(0, REASON_BYTES_MAX / 4);
    }
}
