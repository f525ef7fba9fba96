package im.holm.messenger;

import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A client of the gateway over a real WebSocket.
final class Socket implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long WAIT_SECONDS = 20;

    private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private volatile boolean reading = true;

    private Socket(URI uri, String... headers) {
        var builder = HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(WAIT_SECONDS));
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        socket = builder.buildAsync(uri, new Listener()).join();
    }

    static Socket open(MessengerNode node, String... headers) {
        return new Socket(URI.create(node.gatewayUrl() + Gateway.PATH), headers);
    }

    static Socket openWithQuery(MessengerNode node, String query) {
        return new Socket(URI.create(node.gatewayUrl() + Gateway.PATH + "?" + query));
    }

    /// Connects and says who it is.
    static Socket of(MessengerNode node, App app) {
        var socket = open(node);
        socket.send("{\"type\":\"auth\",\"token\":\"" + app.token() + "\"}");
        return socket;
    }

    static Socket resume(MessengerNode node, App app, String seq) {
        var socket = open(node);
        socket.send(
                "{\"type\":\"auth\",\"token\":\"" + app.token() + "\",\"resume\":\"" + seq + "\"}");
        return socket;
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    /// Sends what the server may cut off before all of it has left.
    void offer(String text) {
        socket.sendText(text, true);
    }

    void request(int id, String operation, String params) {
        send("{\"type\":\"request\",\"id\":" + id + ",\"operation\":\"" + operation
                + "\",\"params\":" + params + "}");
    }

    /// The next frame, which must be of this type.
    JsonObject next(String type) {
        JsonObject frame = next();
        if (!frame.string("type").orElse("").equals(type)) {
            throw new AssertionError("expected " + type + ", got " + frame);
        }
        return frame;
    }

    JsonObject next() {
        JsonObject frame = poll(frames);
        if (frame == null) {
            throw new AssertionError("no frame came; closed with " + closes);
        }
        return frame;
    }

    /// All texts of `message` events until this one came.
    List<String> textsUntil(String last) {
        List<String> texts = new ArrayList<>();
        while (texts.isEmpty() || !texts.getLast().equals(last)) {
            JsonObject frame = next();
            if (frame.string("type").orElse("").equals("message")) {
                texts.add(frame.object("data").orElseThrow().string("text").orElseThrow());
            }
        }
        return texts;
    }

    boolean isQuietFor(Duration time) throws InterruptedException {
        return frames.poll(time.toMillis(), TimeUnit.MILLISECONDS) == null;
    }

    /// From the next frame on the client takes nothing more.
    void stopReading() {
        reading = false;
    }

    /// The code with which the server closes.
    int closeCode() {
        Integer code = poll(closes);
        if (code == null) {
            throw new AssertionError("it was not closed");
        }
        return code;
    }

    private static <T> T poll(BlockingQueue<T> queue) {
        try {
            return queue.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                text.setLength(0);
                frames.add(JsonParser.parseObject(bytes, JsonLimits.clientBody(bytes.length))
                        .object()
                        .orElseThrow());
            }
            if (reading) {
                from.request(1);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closes.add(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closes.add(1006);
        }
    }
}
