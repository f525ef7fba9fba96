package im.holm.platform.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.platform.http.ListenOutcome;
import im.holm.platform.metrics.Metrics;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class WsListenerTest {
    private final BlockingQueue<String> closes = new LinkedBlockingQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private WsListener listener;

    @AfterEach
    void stop() {
        if (listener != null) {
            listener.close();
        }
        client.close();
    }

    private void start(WsOptions options) {
        switch (WsListener.start(
                options, List.of(new WsMount("/v1/gateway", new Echo())), new Metrics())) {
            case ListenOutcome.Listening<WsListener>(WsListener listening) -> listener = listening;
            case ListenOutcome.PortTaken<WsListener> taken ->
                throw new AssertionError(taken.toString());
            case ListenOutcome.NotPossible<WsListener> not ->
                throw new AssertionError(not.toString());
        }
    }

    private static WsOptions options(int connections, int frames, int bytes, Duration ping) {
        return new WsOptions(
                "127.0.0.1", 0, List.of(), connections, 64 * 1024, frames, bytes, ping);
    }

    /// Answers words with deeds, everything else with an echo.
    private final class Echo implements WsEndpoint {
        @Override
        public void onOpen(WsSession session) {
            session.send("welcome " + session.origin().orElse("stranger"));
        }

        @Override
        public void onText(WsSession session, String text) {
            switch (text) {
                case "bye" -> session.close(4000, "you said bye");
                case "fail" -> throw new IllegalStateException("on purpose");
                case "much" -> sendMuch(session);
                case "flood" -> {
                    String big = "x".repeat(10_000);
                    for (int i = 0; i < 100_000 && session.send(big); i++) {
                        assertThat(big).isNotEmpty();
                    }
                }
                case String _ -> session.send("echo " + text);
            }
        }

        private static void sendMuch(WsSession session) {
            try {
                for (int i = 0; i < 500; i++) {
                    assertThat(session.awaitQueue(50, Duration.ofSeconds(5))).isTrue();
                    session.send("part " + i);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onClose(WsSession session, int code, String reason) {
            closes.add(code + " " + reason);
        }
    }

    private static final class Received implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                texts.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            texts.add("closed " + code);
            return null;
        }

        String next() throws InterruptedException {
            return texts.poll(5, TimeUnit.SECONDS);
        }
    }

    private WebSocket connect(Received received) {
        return client.newWebSocketBuilder()
                .header("Origin", "https://app.example.org")
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + listener.port() + "/v1/gateway?x=1"),
                        received)
                .join();
    }

    @Test
    void framesComeAndGoInOrder() throws InterruptedException {
        start(WsOptions.of("127.0.0.1", 0));
        Received received = new Received();
        WebSocket socket = connect(received);
        for (int i = 0; i < 50; i++) {
            socket.sendText("n" + i, true).join();
        }

        assertThat(received.next()).isEqualTo("welcome https://app.example.org");
        for (int i = 0; i < 50; i++) {
            assertThat(received.next()).isEqualTo("echo n" + i);
        }
    }

    @Test
    void whatWasQueuedIsSentBeforeTheClose() throws InterruptedException {
        start(WsOptions.of("127.0.0.1", 0));
        Received received = new Received();
        WebSocket socket = connect(received);
        socket.sendText("bye", true).join();

        assertThat(received.next()).startsWith("welcome");
        assertThat(received.next()).isEqualTo("closed 4000");
        assertThat(closes.poll(5, TimeUnit.SECONDS)).startsWith("4000");
        await().until(() -> listener.sessions() == 0);
    }

    @Test
    void anExceptionClosesWith1011() throws InterruptedException {
        start(WsOptions.of("127.0.0.1", 0));
        Received received = new Received();
        connect(received).sendText("fail", true).join();

        assertThat(received.next()).startsWith("welcome");
        assertThat(received.next()).isEqualTo("closed 1011");
    }

    @Test
    void aFrameThatIsTooLargeClosesWith1009() throws InterruptedException {
        start(WsOptions.of("127.0.0.1", 0));
        Received received = new Received();
        // Not waited for: the server may close before all of it has left.
        connect(received).sendText("y".repeat(70_000), true);

        assertThat(received.next()).startsWith("welcome");
        assertThat(received.next()).isEqualTo("closed 1009");
    }

    @Test
    void aClientThatDoesNotReadIsClosedAndTheQueueStaysBounded() throws Exception {
        start(options(10, 100, 256 * 1024, Duration.ofSeconds(25)));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", listener.port()));
            handshake(socket);
            sendText(socket, "flood");

            assertThat(closes.poll(15, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void whoWaitsForTheQueueSendsMoreThanItHolds() throws InterruptedException {
        start(options(10, 100, 256 * 1024, Duration.ofSeconds(25)));
        Received received = new Received();
        connect(received).sendText("much", true).join();

        assertThat(received.next()).startsWith("welcome");
        for (int i = 0; i < 500; i++) {
            assertThat(received.next()).isEqualTo("part " + i);
        }
    }

    @Test
    void aSilentConnectionIsDropped() throws Exception {
        start(options(10, 100, 256 * 1024, Duration.ofMillis(200)));
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            handshake(socket);

            assertThat(closes.poll(5, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void aConnectionThatAnswersPingsStays() throws Exception {
        start(options(10, 100, 256 * 1024, Duration.ofMillis(200)));
        Received received = new Received();
        WebSocket socket = connect(received);
        Thread.sleep(1_500);
        socket.sendText("still there", true).join();

        assertThat(received.next()).startsWith("welcome");
        assertThat(received.next()).isEqualTo("echo still there");
    }

    @Test
    void oneConnectionTooManyIs503() throws Exception {
        start(options(1, 100, 256 * 1024, Duration.ofSeconds(25)));
        Received first = new Received();
        connect(first);
        assertThat(first.next()).as("it counts once it is open").startsWith("welcome");
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.getOutputStream().write(upgrade().getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

            assertThat(answer).isEqualTo("HTTP/1.1 503");
        }
    }

    @Test
    void anOrdinaryRequestIs404InJson() throws Exception {
        start(WsOptions.of("127.0.0.1", 0));
        for (String path : List.of("/v1/gateway", "/v1/other", "/")) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).as(path).contains("M_UNRECOGNIZED");
        }
    }

    @Test
    void whatIsNotHttpIsAnsweredInJson() throws Exception {
        start(WsOptions.of("127.0.0.1", 0));
        try (Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(5_000);
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer)
                    .startsWith("HTTP/1.1 400")
                    .contains("M_UNKNOWN")
                    .doesNotContain("<html", "Jetty");
        }
    }

    private static String upgrade() {
        return "GET /v1/gateway HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    }

    private static void handshake(Socket socket) throws Exception {
        socket.getOutputStream().write(upgrade().getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.read());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101");
    }

    private static void sendText(Socket socket, String text) throws Exception {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        socket.getOutputStream().write(frame);
        socket.getOutputStream().flush();
    }
}
