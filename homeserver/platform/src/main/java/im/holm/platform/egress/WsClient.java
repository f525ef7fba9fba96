package im.holm.platform.egress;

import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.WebSocketClient;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// WebSocket connections to other programs: our own gateway from the command line and from tests.
public final class WsClient implements AutoCloseable {

    /// A longer message ends the connection.
    public static final int MESSAGE_BYTES_MAX = 1 << 20;

    private final WebSocketClient client = new WebSocketClient();

    private WsClient() {}

    public static WsClient open() {
        var opened = new WsClient();
        opened.client.setMaxTextMessageSize(MESSAGE_BYTES_MAX);
        try {
            opened.client.start();
        } catch (Exception e) {
            throw new IllegalStateException("the WebSocket client does not start", e);
        }
        return opened;
    }

    /// Connects, waiting at most `timeout`.
    public Outcome connect(URI uri, Duration timeout, Receiver receiver)
            throws InterruptedException {
        try {
            var connecting = client.connect(new Endpoint(receiver), uri);
            Session session = connecting.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Outcome.Connected(new Connection(session));
        } catch (ExecutionException e) {
            return new Outcome.Failed(String.valueOf(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            return new Outcome.Failed("no answer within " + timeout.toMillis() + " ms");
        } catch (java.io.IOException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the WebSocket client does not stop", e);
        }
    }

    /// What happens on a connection; calls come in order and never overlap.
    public interface Receiver {
        void text(String message);

        void closed(int code, String reason);
    }

    public sealed interface Outcome {
        record Connected(Connection connection) implements Outcome {}

        record Failed(String reason) implements Outcome {}
    }

    /// An open connection. Safe for use from any thread.
    public static final class Connection implements AutoCloseable {
        private final Session session;

        private Connection(Session session) {
            this.session = session;
        }

        /// Queues a text message; if the connection is gone the receiver is told.
        public void send(String message) {
            session.sendText(message, Callback.NOOP);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /// Public only because Jetty calls it by reflection.
    public record Endpoint(Receiver receiver) implements Session.Listener.AutoDemanding {
        @Override
        public void onWebSocketText(String message) {
            receiver.text(message);
        }

        @Override
        public void onWebSocketClose(int statusCode, String reason, Callback callback) {
            receiver.closed(statusCode, reason == null ? "" : reason);
            callback.succeed();
        }
    }
}
