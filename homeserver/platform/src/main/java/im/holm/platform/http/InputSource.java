package im.holm.platform.http;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;

import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Reads a connection's socket, which times out every [#TICK]; each time it is decided whether the
/// client may still keep silent: long between requests, shortly within one.
final class InputSource {
    /// The socket's read timeout. Deadlines are kept to this accuracy.
    static final Duration TICK = Duration.ofSeconds(3);

    /// A body that has come for this long must have come at the rate below.
    private static final Duration RATE_GRACE = Duration.ofSeconds(8);

    private static final long RATE_BYTES_PER_SECOND_MIN = 256;

    private static final byte[] END = {};

    private enum Phase {
        /// Before the first byte of a request.
        IDLE,
        /// In the request line or the headers.
        HEAD,
        /// In a body.
        BODY
    }

    private final HelidonSocket socket;
    private final HttpLimits limits;

    private Phase phase = Phase.IDLE;
    private boolean first = true;
    private long phaseStart = System.nanoTime();
    private long lastProgress = phaseStart;
    private long bodyBytes;

    private BlockingQueue<byte[]> ahead;
    private final List<Runnable> onDisconnect = new ArrayList<>();
    private boolean gone;

    InputSource(HelidonSocket socket, HttpLimits limits) {
        this.socket = socket;
        this.limits = limits;
    }

    /// More bytes, or null at the end.
    byte[] next() {
        while (true) {
            try {
                byte[] bytes = ahead == null ? socket.get() : takeAhead();
                arrived(bytes);
                return bytes;
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof SocketTimeoutException)) {
                    throw new CloseConnectionException("the connection broke", e);
                }
                checkSilence();
            }
        }
    }

    /// The request's head was read; its body follows.
    void bodyStarts() {
        phase = Phase.BODY;
        phaseStart = System.nanoTime();
        lastProgress = phaseStart;
        bodyBytes = 0;
    }

    /// The answer was sent; another request may follow, of which some bytes may be here
    /// already.
    void requestEnds(boolean nextHasBegun) {
        first = false;
        phase = nextHasBegun ? Phase.HEAD : Phase.IDLE;
        phaseStart = System.nanoTime();
        lastProgress = phaseStart;
        synchronized (onDisconnect) {
            onDisconnect.clear();
        }
    }

    /// Runs the action when the client goes away. From now on another thread reads ahead on
    /// this socket, since nothing else tells that a connection has ended.
    void onDisconnect(Runnable action) {
        synchronized (onDisconnect) {
            if (!gone) {
                onDisconnect.add(action);
                if (ahead == null) {
                    ahead = new ArrayBlockingQueue<>(1);
                    BlockingQueue<byte[]> queue = ahead;
                    Thread.ofVirtual().name("http-read-ahead").start(() -> readAhead(queue));
                }
                return;
            }
        }
        action.run();
    }

    /// The client is gone, or must be treated as such.
    void disconnected() {
        List<Runnable> actions;
        synchronized (onDisconnect) {
            actions = List.copyOf(onDisconnect);
            onDisconnect.clear();
        }
        actions.forEach(Runnable::run);
    }

    /// The connection ends; whatever still waits for the client learns of it.
    void endWatching() {
        disconnected();
    }

    private void readAhead(BlockingQueue<byte[]> queue) {
        byte[] bytes = END;
        for (boolean waiting = true; waiting; ) {
            try {
                byte[] read = socket.get();
                bytes = read == null ? END : read;
                waiting = false;
            } catch (UncheckedIOException e) {
                waiting = e.getCause() instanceof SocketTimeoutException;
            }
        }
        if (bytes == END) {
            synchronized (onDisconnect) {
                gone = true;
            }
            disconnected();
        }
        queue.add(bytes);
    }

    private byte[] takeAhead() {
        try {
            byte[] bytes = ahead.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
            if (bytes == null) {
                throw new UncheckedIOException(new SocketTimeoutException());
            }
            ahead = null;
            return bytes == END ? null : bytes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("interrupted", e);
        }
    }

    private void arrived(byte[] bytes) {
        lastProgress = System.nanoTime();
        switch (phase) {
            case IDLE -> {
                phase = Phase.HEAD;
                phaseStart = lastProgress;
            }
            case HEAD -> checkHead();
            case BODY -> {
                bodyBytes += bytes == null ? 0 : bytes.length;
                checkRate();
            }
        }
    }

    private void checkSilence() {
        switch (phase) {
            case IDLE -> {
                if (elapsed(phaseStart, first ? limits.headTimeout() : limits.idleTimeout())) {
                    throw new CloseConnectionException("idle");
                }
            }
            case HEAD -> checkHead();
            case BODY -> {
                if (elapsed(lastProgress, limits.progressTimeout())) {
                    throw new SlowClientException();
                }
                checkRate();
            }
        }
    }

    private void checkHead() {
        if (elapsed(phaseStart, limits.headTimeout())) {
            throw RequestException.builder()
                    .type(DirectHandler.EventType.BAD_REQUEST)
                    .status(Status.REQUEST_TIMEOUT_408)
                    .message("The request did not arrive in time")
                    .build();
        }
    }

    private void checkRate() {
        long seconds = (System.nanoTime() - phaseStart) / 1_000_000_000L;
        if (seconds >= RATE_GRACE.toSeconds() && bodyBytes < seconds * RATE_BYTES_PER_SECOND_MIN) {
            throw new SlowClientException();
        }
    }

    private static boolean elapsed(long sinceNanos, Duration limit) {
        return System.nanoTime() - sinceNanos >= limit.toNanos();
    }
}
