package im.holm.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.metrics.Metrics;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class HttpListenerTest {
    private static final CountDownLatch CLIENT_LEFT = new CountDownLatch(1);
    private static final Metrics METRICS = new Metrics();
    private static HttpListener listener;

    @BeforeAll
    static void start() {
        listener = started(ListenerOptions.plain("test", "127.0.0.1", 0), routes());
    }

    @AfterAll
    static void stop() {
        listener.close();
    }

    static HttpListener started(ListenerOptions options, List<Route> routes) {
        return started(options, routes, METRICS);
    }

    static HttpListener started(ListenerOptions options, List<Route> routes, Metrics metrics) {
        return switch (HttpListener.start(options, routes, metrics)) {
            case ListenOutcome.Listening<HttpListener>(HttpListener listening) -> listening;
            case ListenOutcome.PortTaken<HttpListener> taken ->
                throw new AssertionError(taken.toString());
            case ListenOutcome.NotPossible<HttpListener> impossible ->
                throw new AssertionError(impossible.toString());
        };
    }

    private static List<Route> routes() {
        return List.of(
                Route.get(
                        "/hello",
                        "hello",
                        _ -> Response.json(JsonObject.builder().put("a", "b").build())),
                Route.put(
                        "/rooms/{roomId}/send/{type}/{txnId}",
                        "send",
                        request -> Response.json(JsonObject.builder()
                                .put("room", request.param("roomId"))
                                .put("txn", request.param("txnId"))
                                .put("body", new String(request.body(), StandardCharsets.UTF_8))
                                .build())),
                Route.get("/pushrules/", "rules", _ -> Response.empty()),
                Route.get(
                        "/state/{type}/{key}",
                        "state",
                        request ->
                                Response.json(JsonObject.EMPTY.with("key", request.param("key")))),
                Route.get(
                        "/query",
                        "query",
                        request -> Response.json(JsonObject.EMPTY
                                .with("target", request.target())
                                .with("value", request.query().first("value").orElse("none")))),
                Route.get("/broken", "broken", _ -> {
                    throw new IllegalStateException("a secret of the inside");
                }),
                Route.get("/down", "down", _ -> {
                    throw new IllegalStateException(
                            new SQLTransientConnectionException("no connection is free"));
                }),
                Route.get(
                        "/busy",
                        "busy",
                        _ -> Response.of(Problem.retryLater(
                                ErrorCode.LIMIT_EXCEEDED, "Too many requests", 1_500))),
                Route.get(
                        "/v1/busy",
                        "busyOnV1",
                        _ -> Response.of(Problem.retryLater(
                                ErrorCode.LIMIT_EXCEEDED, "Too many requests", 1_500))),
                Route.get(
                        "/spliced",
                        "spliced",
                        _ -> Response.json(
                                "{\"a\":".getBytes(StandardCharsets.UTF_8),
                                "1}".getBytes(StandardCharsets.UTF_8))),
                Route.get(
                        "/streamed",
                        "streamed",
                        _ -> Response.stream("text/plain", OptionalLong.empty(), out -> {
                            for (int i = 0; i < 1000; i++) {
                                out.write("0123456789".getBytes(StandardCharsets.UTF_8));
                            }
                        })),
                Route.get(
                        "/remote",
                        "remote",
                        request -> Response.json(JsonObject.EMPTY.with(
                                "address", request.remote().address()))),
                Route.get("/wait", "wait", HttpListenerTest::waitForDisconnect).longPolling());
    }

    private static Response waitForDisconnect(Request request) {
        CountDownLatch left = new CountDownLatch(1);
        request.connection().onDisconnect(() -> {
            left.countDown();
            CLIENT_LEFT.countDown();
        });
        try {
            boolean gone = left.await(10, TimeUnit.SECONDS);
            return Response.json(JsonObject.EMPTY.with("gone", String.valueOf(gone)));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RawClient.Answer ask(String method, String target, String body)
            throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            return client.ask(method, target, body);
        }
    }

    @Test
    void everyAnswerHasARequestIdAndTheHeadersForBrowsers() throws IOException {
        RawClient.Answer answer = ask("GET", "/hello", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"a\":\"b\"}");
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void oneConnectionServesManyRequests() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.ask("PUT", "/rooms/r/send/t/" + i, "{}").status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void requestsSentWithoutWaitingAreAnsweredInOrder() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            client.send(
                    "GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /pushrules/ HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(client.read().body()).isEqualTo("{\"a\":\"b\"}");
            assertThat(client.read().body()).isEqualTo("{}");
        }
    }

    @Test
    void segmentsAreDecodedAfterThePathWasSplit() throws IOException {
        RawClient.Answer answer =
                ask("PUT", "/rooms/%21a%2Fb%3Ac/send/m.x/t%20%C3%A4%23+", "{\"x\":1}");

        assertThat(answer.body())
                .isEqualTo("{\"body\":\"{\\\"x\\\":1}\",\"room\":\"!a/b:c\",\"txn\":\"t ä#+\"}");
    }

    @Test
    void theTargetIsKeptAsSentForSignatures() throws IOException {
        RawClient.Answer answer = ask("GET", "/query?value=a%2Bb+c&other=%41", "");

        assertThat(answer.body())
                .isEqualTo("{\"target\":\"/query?value=a%2Bb+c&other=%41\",\"value\":\"a+b c\"}");
    }

    @Test
    void anUnknownPathIs404InJson() throws IOException {
        RawClient.Answer answer = ask("GET", "/_matrix/client/v3/nothing", "");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("\"errcode\":\"M_UNRECOGNIZED\"");
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void aWrongMethodIs405InJson() throws IOException {
        RawClient.Answer answer = ask("DELETE", "/hello", "");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.body()).contains("\"errcode\":\"M_UNRECOGNIZED\"");
        assertThat(answer.header("Allow")).isEqualTo("GET");
        assertThat(ask("BREW", "/hello", "").status()).isEqualTo(405);
    }

    @Test
    void underV1ErrorsAreProblemDetails() throws IOException {
        RawClient.Answer answer = ask("GET", "/v1/nothing", "");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body())
                .contains(
                        "\"type\":\"urn:holm:problem:unrecognized\"",
                        "\"status\":404",
                        "M_UNRECOGNIZED");
    }

    @Test
    void anErrorThatPassesSaysWhen() throws IOException {
        RawClient.Answer matrix = ask("GET", "/busy", "");
        RawClient.Answer messenger = ask("GET", "/v1/busy", "");

        assertThat(matrix.status()).isEqualTo(429);
        assertThat(matrix.header("Retry-After")).isEqualTo("2");
        assertThat(matrix.body())
                .isEqualTo(
                        "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"error\":\"Too many requests\",\"retry_after_ms\":1500}");
        assertThat(messenger.body())
                .contains("\"detail\":\"Too many requests\"", "\"retry_after_ms\":1500");
    }

    @Test
    void aTrailingSlashIsToleratedEitherWay() throws IOException {
        assertThat(ask("GET", "/pushrules/", "").status()).isEqualTo(200);
        assertThat(ask("GET", "/pushrules", "").status()).isEqualTo(200);
        assertThat(ask("GET", "/hello/", "").status()).isEqualTo(200);
    }

    @Test
    void anEmptyLastPlaceIsAnEmptyParameter() throws IOException {
        assertThat(ask("GET", "/state/m.room.name/", "").body()).isEqualTo("{\"key\":\"\"}");
    }

    @Test
    void preflightWorksOnEveryPath() throws IOException {
        RawClient.Answer known = ask("OPTIONS", "/hello", "");
        RawClient.Answer unknown = ask("OPTIONS", "/nothing/at/all", "");

        assertThat(known.status()).isEqualTo(204);
        assertThat(known.header("Access-Control-Allow-Methods")).contains("PUT", "DELETE");
        assertThat(known.header("Access-Control-Allow-Headers")).contains("Authorization");
        assertThat(unknown.status()).isEqualTo(204);
    }

    @Test
    void headIsGetWithoutTheBody() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            RawClient.Answer head = client.ask("HEAD", "/hello", "");

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Length")).isEqualTo("9");
            assertThat(client.ask("GET", "/hello", "").body()).hasSize(9);
        }
    }

    @Test
    void anExceptionTellsOnlyTheRequestId() throws IOException {
        RawClient.Answer answer = ask("GET", "/broken", "");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body())
                .contains("M_UNKNOWN", answer.header("X-Request-Id"))
                .doesNotContain("secret", "Exception");
    }

    @Test
    void aDatabaseThatCannotBeUsedNowIsSaidWithATimeToComeBack() throws IOException {
        RawClient.Answer answer = ask("GET", "/down", "");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("2");
        assertThat(answer.body()).contains("retry_after_ms").doesNotContain("connection");
    }

    @Test
    void partsAreSplicedIntoOneBody() throws IOException {
        assertThat(ask("GET", "/spliced", "").body()).isEqualTo("{\"a\":1}");
    }

    @Test
    void aBodyOfUnknownLengthIsStreamed() throws IOException {
        assertThat(ask("GET", "/streamed", "").body()).hasSize(10_000);
    }

    @Test
    void aChunkedBodyArrivesWhole() throws IOException {
        try (RawClient client = new RawClient(listener.port())) {
            client.send(
                    "PUT /rooms/r/send/t/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n");

            assertThat(client.read().body()).contains("{\\\"a\\\":1}");
            assertThat(client.ask("GET", "/hello", "").status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatLeavesEndsItsLongPoll() throws Exception {
        RawClient client = new RawClient(listener.port());
        client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        Thread.sleep(200);
        client.close();

        assertThat(CLIENT_LEFT.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void stoppingEndsLongPollsWithAnAnswer() throws Exception {
        HttpListener other = started(ListenerOptions.plain("other", "127.0.0.1", 0), routes());
        try (RawClient client = new RawClient(other.port())) {
            client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
            Thread.sleep(200);
            long started = System.nanoTime();
            other.stop(Duration.ofSeconds(5));

            assertThat(client.read().body()).isEqualTo("{\"gone\":\"true\"}");
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void aTakenPortIsAnOutcome() {
        ListenerOptions same = ListenerOptions.plain("same", "127.0.0.1", listener.port());

        assertThat(HttpListener.start(same, List.of(), METRICS))
                .isEqualTo(new ListenOutcome.PortTaken<HttpListener>("127.0.0.1", listener.port()));
    }

    @Test
    void anUnknownHostIsAnOutcome() {
        assertThat(HttpListener.start(
                        ListenerOptions.plain("bad", "192.0.2.1", 0), List.of(), METRICS))
                .isInstanceOf(ListenOutcome.NotPossible.class);
    }

    @Test
    void requestsAreCountedByRoute() throws IOException {
        ask("PUT", "/rooms/a/send/b/c", "{}");
        ask("PUT", "/rooms/d/send/e/f", "{}");

        assertThat(METRICS.scrape())
                .contains("holm_http_requests_seconds_bucket")
                .contains("route=\"/rooms/{roomId}/send/{type}/{txnId}\"")
                .doesNotContain("/rooms/a/send");
    }
}
