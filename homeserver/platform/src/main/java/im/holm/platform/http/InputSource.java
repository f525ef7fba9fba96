package im.holm.platform.http;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Reads a connection's socket on a thread of its own, at most two pieces ahead. So the thread that
/// serves the connection can wait with a deadline, which differs between and within requests, and
/// the end of a connection is seen while a handler still works on its answer.
final class InputSource {
    /// A body that has come for longer than the progress timeout must have come at this rate.
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
    private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(1);
    private final List<Runnable> onDisconnect = new ArrayList<>();

    private Thread reader;
    private Phase phase = Phase.IDLE;
    private boolean first = true;
    private long phaseStart = System.nanoTime();
    private long lastProgress = phaseStart;
    private long bodyBytes;
    private boolean ended;
    private boolean gone;

    InputSource(HelidonSocket socket, HttpLimits limits) {
        this.socket = socket;
        this.limits = limits;
    }

    void start() {
        reader = Thread.ofVirtual().name("http-reader").start(this::read);
    }

    /// Ends the reading thread; whoever still waits for the client to leave learns that it has.
    void stop() {
        disconnected();
        reader.interrupt();
    }

    /// More bytes, or null at the end.
    byte[] next() {
        byte[] piece = poll(deadlineNanos());
        if (piece == null) {
            throw tooSlow();
        }
        if (piece != END) {
            arrived(piece);
        }
        return piece == END ? null : piece;
    }

    /// More bytes for whoever only wants them gone; null at the end or after this time.
    byte[] nextWithin(Duration wait) {
        byte[] piece = poll(System.nanoTime() + wait.toNanos());
        return piece == END ? null : piece;
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
        synchronized (onDisconnect) {
            onDisconnect.clear();
        }
    }

    /// Runs the action when the client goes away; at once when it is gone already.
    void onDisconnect(Runnable action) {
        synchronized (onDisconnect) {
            if (!gone) {
                onDisconnect.add(action);
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

    private void read() {
        try {
            for (byte[] piece = socket.get(); piece != null; piece = socket.get()) {
                pieces.put(piece);
            }
        } catch (UncheckedIOException e) {
            // Reset by the client, or closed by the serving thread.
        } catch (InterruptedException e) {
            return;
        }
        synchronized (onDisconnect) {
            gone = true;
        }
        disconnected();
        try {
            pieces.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] poll(long deadlineNanos) {
        if (ended) {
            return END;
        }
        try {
            byte[] piece = pieces.poll(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            ended = piece == END;
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("the listener stops", e);
        }
    }

    private long deadlineNanos() {
        return switch (phase) {
            case IDLE ->
                phaseStart + (first ? limits.headTimeout() : limits.idleTimeout()).toNanos();
            case HEAD -> phaseStart + limits.headTimeout().toNanos();
            case BODY -> lastProgress + limits.progressTimeout().toNanos();
        };
    }

    private RuntimeException tooSlow() {
        return switch (phase) {
            case IDLE -> new CloseConnectionException("idle");
            case HEAD ->
                RequestException.builder()
                        .type(DirectHandler.EventType.BAD_REQUEST)
                        .status(Status.REQUEST_TIMEOUT_408)
                        .message("The request did not arrive in time")
                        .build();
            case BODY -> new SlowClientException();
        };
    }

    private void arrived(byte[] piece) {
        lastProgress = System.nanoTime();
        switch (phase) {
            case IDLE -> {
                phase = Phase.HEAD;
                phaseStart = lastProgress;
            }
            case HEAD -> {
                if (lastProgress > deadlineNanos()) {
                    throw tooSlow();
                }
            }
            case BODY -> {
                bodyBytes += piece.length;
                long elapsed = lastProgress - phaseStart;
                long expected = elapsed / 1_000_000_000L * RATE_BYTES_PER_SECOND_MIN;
                if (elapsed >= limits.progressTimeout().toNanos() && bodyBytes < expected) {
                    throw tooSlow();
                }
            }
        }
    }
}
