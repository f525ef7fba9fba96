package im.holm.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Clients that do what no good client does: each gets an error as JSON, within 10 seconds and
/// little memory.
class HostileClientTest {
    private static final int MIB = 1024 * 1024;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final CountDownLatch RELEASE = new CountDownLatch(1);
    private static HttpListener listener;
    private static HttpListener small;
    private static HttpListener impatient;

    @BeforeAll
    static void start() {
        List<Route> routes = List.of(
                Route.put(
                        "/_matrix/put",
                        "put",
                        request -> Response.bytes(
                                200,
                                "text/plain",
                                String.valueOf(request.body().length)
                                        .getBytes(StandardCharsets.UTF_8))),
                Route.put("/v1/put", "putV1", _ -> Response.empty()),
                Route.put("/stream", "stream", _ -> Response.empty()).streaming(300L * MIB),
                Route.get("/hold", "hold", _ -> {
                    awaitRelease();
                    return Response.empty();
                }),
                Route.get(
                        "/big", "big", _ -> Response.bytes(200, "text/plain", new byte[32 * MIB])));
        impatient = HttpListenerTest.started(
                ListenerOptions.plain("impatient", "127.0.0.1", 0)
                        .withLimits(HttpLimits.DEFAULT
                                .withProgressTimeout(Duration.ofSeconds(2))
                                .withHeadTimeout(Duration.ofSeconds(2))
                                .withIdleTimeout(Duration.ofSeconds(3))),
                routes);
        listener =
                HttpListenerTest.started(ListenerOptions.plain("hostile", "127.0.0.1", 0), routes);
        small = HttpListenerTest.started(
                ListenerOptions.plain("small", "127.0.0.1", 0)
                        .withLimits(HttpLimits.DEFAULT.withRequestsMax(1)),
                routes);
    }

    @AfterAll
    static void stop() {
        RELEASE.countDown();
        listener.stop(Duration.ZERO);
        small.stop(Duration.ZERO);
        impatient.stop(Duration.ZERO);
    }

    private static void awaitRelease() {
        try {
            RELEASE.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static RawClient client() throws IOException {
        return new RawClient(listener.port());
    }

    private static RawClient slowClient() throws IOException {
        return new RawClient(impatient.port());
    }

    private static void assertError(RawClient.Answer answer, int status, String errcode) {
        assertThat(answer).isNotNull();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).contains("\"errcode\":\"" + errcode + "\"");
        assertThat(answer.header("Content-Type")).contains("json");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        assertThat(answer.header("Connection")).isEqualTo("close");
    }

    @Test
    void aBodyOf100MebibytesIsRefusedInLittleMemory() throws Exception {
        System.gc();
        long before = used();
        long started = System.nanoTime();
        try (RawClient client = client()) {
            client.send("PUT /_matrix/put HTTP/1.1\r\nHost: x\r\nContent-Length: " + 100 * MIB
                    + "\r\n\r\n");
            Thread sender = Thread.ofVirtual().start(() -> pour(client, 100));
            RawClient.Answer answer = client.read();
            sender.join();

            assertError(answer, 413, "M_TOO_LARGE");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(ANSWER_MAX);
        System.gc();
        assertThat(used() - before).isLessThan(64L * MIB);
    }

    @Test
    void aBodyOf100MebibytesInOneChunkIsRefused() throws Exception {
        try (RawClient client = client()) {
            client.send(
                    "PUT /v1/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6400000\r\n");
            Thread sender = Thread.ofVirtual().start(() -> pour(client, 100));
            RawClient.Answer answer = client.read();
            sender.join();

            assertError(answer, 413, "M_TOO_LARGE");
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void manySmallChunksAddUpToTooLarge() throws Exception {
        try (RawClient client = client()) {
            client.send(
                    "PUT /_matrix/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 40; i++) {
                        client.send(chunk);
                    }
                } catch (IOException e) {
                    // Refused before all was sent.
                }
            });
            RawClient.Answer answer = client.read();
            sender.join();

            assertError(answer, 413, "M_TOO_LARGE");
        }
    }

    @Test
    void malformedChunksAre400() throws IOException {
        for (String chunk :
                List.of("zz\r\n", "-5\r\nhello\r\n", "FFFFFFFFFFFFFFFF\r\n", "\r\n", "2\n{}\n")) {
            try (RawClient client = client()) {
                client.send(
                        "PUT /_matrix/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + chunk);

                assertError(client.read(), 400, "M_UNKNOWN");
            }
        }
    }

    @Test
    void aBodyThatEndsEarlyIs400() throws IOException {
        for (String body : List.of(
                "Content-Length: 10\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n5\r\n{}")) {
            try (RawClient client = client()) {
                client.send("PUT /_matrix/put HTTP/1.1\r\nHost: x\r\n" + body);
                client.endOfInput();

                assertError(client.read(), 400, "M_UNKNOWN");
            }
        }
    }

    @Test
    void aBodyAtTheLimitIsTaken() throws IOException {
        try (RawClient client = client()) {
            assertThat(client.ask("PUT", "/_matrix/put", "x".repeat(MIB)).body())
                    .isEqualTo(String.valueOf(MIB));
            assertError(client.ask("PUT", "/_matrix/put", "x".repeat(MIB + 1)), 413, "M_TOO_LARGE");
        }
    }

    @Test
    void aClientThatAsksBeforeSendingIsToldNotTo() throws IOException {
        try (RawClient client = client()) {
            client.send("PUT /_matrix/put HTTP/1.1\r\nHost: x\r\nContent-Length: " + 100 * MIB
                    + "\r\nExpect: 100-continue\r\n\r\n");

            assertError(client.read(), 413, "M_TOO_LARGE");
        }
    }

    @Test
    void aBodyForAnUnknownPathIsNotTakenForARequest() throws IOException {
        try (RawClient client = client()) {
            client.send("PUT /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n"
                    + "GET /_matrix/smuggled HTTP/1.1\r\nHost: x\r\n\r\n");

            assertError(client.read(), 404, "M_UNRECOGNIZED");
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void aHalfWrittenRequestIsAnsweredInTime() throws IOException {
        for (String half : List.of("GET /_mat", "GET /_matrix HTTP/1.1\r\nHost: x\r\nAccep")) {
            long started = System.nanoTime();
            try (RawClient client = slowClient()) {
                client.send(half);

                assertError(client.read(), 408, "M_UNKNOWN");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void aBodyThatDoesNotComeIsAnsweredInTime() throws IOException {
        long started = System.nanoTime();
        try (RawClient client = slowClient()) {
            client.send("PUT /_matrix/put HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{\"a");

            assertError(client.read(), 408, "M_UNKNOWN");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void headersOneByteAtATimeAreCutOff() throws Exception {
        long started = System.nanoTime();
        try (RawClient client = slowClient()) {
            Thread sender = trickle(
                    client, "GET /_matrix HTTP/1.1\r\nHost: x\r\nX-Long: " + "y".repeat(1000));

            assertError(client.read(), 408, "M_UNKNOWN");
            sender.interrupt();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aBodyOneByteAtATimeIsCutOff() throws Exception {
        long started = System.nanoTime();
        try (RawClient client = slowClient()) {
            client.send("PUT /_matrix/put HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
            Thread sender = trickle(client, "y".repeat(1000));

            assertError(client.read(), 408, "M_UNKNOWN");
            sender.interrupt();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aConnectionThatNeverAsksIsClosed() throws IOException {
        long started = System.nanoTime();
        try (RawClient client = slowClient()) {
            assertThat(client.isClosed()).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aClientThatDoesNotReadItsAnswerIsCutOff() throws Exception {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress("127.0.0.1", impatient.port()));
            socket.getOutputStream()
                    .write("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            Thread.sleep(4_000);

            long read = 0;
            socket.setSoTimeout(2_000);
            try {
                byte[] buffer = new byte[65_536];
                for (int n = socket.getInputStream().read(buffer);
                        n >= 0;
                        n = socket.getInputStream().read(buffer)) {
                    read += n;
                }
            } catch (java.net.SocketException e) {
                // Reset, as it should be.
            }
            assertThat(read).isLessThan(32L * MIB);
        }
    }

    @Test
    void theDefaultsAnswerASlowClientWithinTenSeconds() {
        assertThat(HttpLimits.DEFAULT.progressTimeout()).isLessThan(ANSWER_MAX);
        assertThat(HttpLimits.DEFAULT.headTimeout()).isLessThan(ANSWER_MAX);
    }

    @Test
    void aConnectionMayBeIdleBetweenRequestsForLongerThanWithinOne() throws Exception {
        try (RawClient client = slowClient()) {
            assertThat(client.ask("PUT", "/_matrix/put", "x").status()).isEqualTo(200);
            Thread.sleep(2_400);
            assertThat(client.ask("PUT", "/_matrix/put", "x").status()).isEqualTo(200);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void anOverLongPathIs414() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");

            assertError(client.read(), 414, "M_TOO_LARGE");
        }
    }

    @Test
    void tooManyHeadersAre431() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /_matrix HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(40_000)
                    + "\r\n\r\n");

            assertError(client.read(), 431, "M_TOO_LARGE");
        }
    }

    @Test
    void whatIsNotHttpIs400() throws IOException {
        for (String nonsense :
                List.of("\u0016\u0003\u0001\r\n\r\n", "HELLO\r\n\r\n", "GET  HTTP/1.1\r\n\r\n")) {
            try (RawClient client = client()) {
                client.send(nonsense);

                assertError(client.read(), 400, "M_UNKNOWN");
            }
        }
    }

    @Test
    void aRequestWithoutHostIs400() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /_matrix HTTP/1.1\r\n\r\n");

            assertError(client.read(), 400, "M_UNKNOWN");
        }
    }

    @Test
    void ambiguousLengthsAre400() throws IOException {
        for (String headers : List.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: identity\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: five\r\n")) {
            try (RawClient client = client()) {
                client.send("PUT /_matrix/put HTTP/1.1\r\nHost: x\r\n" + headers + "\r\nhello");
                RawClient.Answer answer = client.read();

                assertThat(answer).as(headers).isNotNull();
                assertThat(answer.status()).as(headers).isEqualTo(400);
                assertThat(answer.body()).as(headers).contains("M_UNKNOWN");
            }
        }
    }

    @Test
    void aMalformedEscapeIs400() throws IOException {
        for (String path : List.of("/_matrix/%", "/_matrix/%2", "/_matrix/%zz")) {
            try (RawClient client = client()) {
                assertThat(client.ask("GET", path, "").status()).as(path).isEqualTo(400);
            }
        }
    }

    @Test
    void moreRequestsThanAllowedAre503AndComeBackLater() throws Exception {
        try (RawClient first = new RawClient(small.port());
                RawClient second = new RawClient(small.port())) {
            first.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> second.ask("GET", "/hold", "").status() == 503);
            RawClient.Answer busy = second.ask("GET", "/hold", "");

            assertThat(busy.body()).contains("M_UNKNOWN", "retry_after_ms");
            assertThat(busy.header("Retry-After")).isEqualTo("2");
        }
    }

    @Test
    void moreConnectionsThanAllowedAreClosed() throws Exception {
        HttpListener few = HttpListenerTest.started(
                ListenerOptions.plain("few", "127.0.0.1", 0)
                        .withLimits(HttpLimits.DEFAULT.withConnectionsMax(3)),
                List.of(Route.get("/hello", "hello", _ -> Response.empty())));
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                RawClient client = new RawClient(few.port());
                assertThat(client.ask("GET", "/hello", "").status()).isEqualTo(200);
                clients.add(client);
            }
            try (RawClient tooMany = new RawClient(few.port())) {
                assertThat(tooMany.isClosed()).isTrue();
            }
            clients.removeFirst().close();
            await().atMost(Duration.ofSeconds(5)).until(() -> {
                try (RawClient next = new RawClient(few.port())) {
                    return next.ask("GET", "/hello", "") != null;
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
            few.close();
        }
    }

    private static Thread trickle(RawClient client, String text) {
        return Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < text.length(); i++) {
                    client.send(text.substring(i, i + 1));
                    Thread.sleep(200);
                }
            } catch (IOException | InterruptedException e) {
                // Cut off, as it should be.
            }
        });
    }

    private static void pour(RawClient client, int mebibytes) {
        try {
            byte[] block = new byte[MIB];
            for (int i = 0; i < mebibytes; i++) {
                client.send(block);
            }
        } catch (IOException e) {
            // Refused before all was sent.
        }
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
