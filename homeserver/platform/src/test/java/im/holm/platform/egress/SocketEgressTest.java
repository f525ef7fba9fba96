package im.holm.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.http.HttpListener;
import im.holm.platform.http.ListenOutcome;
import im.holm.platform.http.ListenerOptions;
import im.holm.platform.http.Response;
import im.holm.platform.http.Route;
import im.holm.platform.metrics.Metrics;
import im.holm.platform.time.Time;
import im.holm.platform.tls.PemFiles;
import im.holm.platform.tls.SelfSigned;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

class SocketEgressTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    static Path directory;

    private static final ConcurrentHashMap<String, Integer> SEEN = new ConcurrentHashMap<>();
    private static HttpListener plain;
    private static HttpListener secure;
    private static PemFiles certificate;

    private final AtomicInteger lookups = new AtomicInteger();
    private SocketEgress egress;

    @BeforeAll
    static void serve() throws IOException {
        certificate = SelfSigned.write(
                directory, "eu", List.of("eu.example.org"), List.of(LOOPBACK), Time.system());
        plain = started(ListenerOptions.plain("plain", "127.0.0.1", 0));
        secure = started(ListenerOptions.plain("secure", "127.0.0.1", 0).withTls(certificate));
    }

    @AfterAll
    static void stop() {
        plain.close();
        secure.close();
    }

    @AfterEach
    void close() {
        if (egress != null) {
            egress.close();
        }
    }

    private static HttpListener started(ListenerOptions options) {
        List<Route> routes = List.of(
                Route.get(
                        "/hello",
                        "hello",
                        request -> Response.text(
                                200,
                                "text/plain",
                                "hello " + request.header("Host").orElse(""))),
                Route.put(
                        "/echo",
                        "echo",
                        request -> Response.bytes(200, "text/plain", request.body())),
                Route.get(
                        "/large",
                        "large",
                        _ -> Response.bytes(200, "text/plain", new byte[100_000])),
                Route.get(
                        "/chunked",
                        "chunked",
                        _ -> Response.stream(
                                "text/plain",
                                java.util.OptionalLong.empty(),
                                out -> out.write(new byte[50_000]))),
                Route.get("/slow", "slow", _ -> {
                    sleep(3_000);
                    return Response.empty();
                }),
                Route.get("/hop", "hop", _ -> Response.redirect(302, "/hello")),
                Route.get(
                        "/hop/private",
                        "hopPrivate",
                        _ -> Response.redirect(302, "http://internal.test:1/")));
        return switch (HttpListener.start(options, routes, new Metrics())) {
            case ListenOutcome.Listening<HttpListener>(HttpListener listener) -> listener;
            case ListenOutcome.PortTaken<HttpListener> taken ->
                throw new AssertionError(taken.toString());
            case ListenOutcome.NotPossible<HttpListener> not ->
                throw new AssertionError(not.toString());
        };
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SocketEgress open(DenyList deny, Optional<Path> ca, EgressPolicy policy) {
        EgressOptions options =
                new EgressOptions(deny, ca, 2, 10, Duration.ofSeconds(60), Duration.ofSeconds(1));
        return switch (SocketEgress.open(options, policy, names(), new Metrics())) {
            case SocketEgress.Opening.Open(SocketEgress opened) -> egress = opened;
            case SocketEgress.Opening.Unusable(String reason) -> throw new AssertionError(reason);
        };
    }

    private SocketEgress open() {
        return open(
                DenyList.nothing(), Optional.of(certificate.certificate()), EgressPolicy.ALLOW_ALL);
    }

    /// Every name under `.test` is loopback; others do not exist.
    private Resolver names() {
        return new Resolver() {
            @Override
            public Answer<InetAddress> addresses(String host) {
                lookups.incrementAndGet();
                return host.endsWith(".test") || host.equals("127.0.0.1")
                        ? new Answer.Found<>(List.of(LOOPBACK))
                        : new Answer.None<>();
            }

            @Override
            public Answer<Srv> services(String name) {
                return new Answer.None<>();
            }
        };
    }

    private static EgressRequest toPlain(String method, String path) {
        return EgressRequest.to(
                EgressClass.FEDERATION, false, "a.test", plain.port(), method, path);
    }

    private static EgressRequest toSecure(String name) {
        return EgressRequest.to(EgressClass.FEDERATION, true, name, secure.port(), "GET", "/hello")
                .withTarget(new Target.Pinned(List.of(LOOPBACK), secure.port()));
    }

    private static String body(EgressOutcome outcome) {
        assertThat(outcome).isInstanceOf(EgressOutcome.Answered.class);
        return new String(
                ((EgressOutcome.Answered) outcome).response().body(), StandardCharsets.UTF_8);
    }

    @Test
    void theAnswerComesBack() {
        assertThat(body(open().send(toPlain("GET", "/hello"))))
                .isEqualTo("hello a.test:" + plain.port());
    }

    @Test
    void aBodyIsSentAndEchoed() {
        byte[] large = "z".repeat(200_000).getBytes(StandardCharsets.UTF_8);

        assertThat(body(open().send(toPlain("PUT", "/echo").withBody("text/plain", large))))
                .hasSize(200_000);
    }

    @Test
    void itConnectsToThePinnedAddressUnderTheCertificatesName() {
        assertThat(body(open().send(toSecure("eu.example.org"))))
                .startsWith("hello eu.example.org");
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        assertThat(open().send(toSecure("us.example.org")))
                .isInstanceOfSatisfying(EgressOutcome.Unreachable.class, outcome -> {
                    assertThat(outcome.reason()).contains("TLS failed", "us.example.org");
                    assertThat(outcome.sent()).isFalse();
                });
    }

    @Test
    void aCertificateForAnAddressIsAccepted() {
        assertThat(body(open().send(toSecure("127.0.0.1")))).startsWith("hello");
    }

    @Test
    void anUnknownAuthorityIsRefused() {
        SocketEgress systemOnly =
                open(DenyList.nothing(), Optional.empty(), EgressPolicy.ALLOW_ALL);

        assertThat(systemOnly.send(toSecure("eu.example.org")))
                .isInstanceOf(EgressOutcome.Unreachable.class);
    }

    @Test
    void aDeniedAddressIsNeverConnectedTo() throws IOException {
        SocketEgress guarded = open(DenyList.ofPrivate(), Optional.empty(), EgressPolicy.ALLOW_ALL);
        try (ServerSocket trap = new ServerSocket(0, 1, LOOPBACK)) {
            trap.setSoTimeout(300);
            EgressRequest request = EgressRequest.to(
                    EgressClass.FEDERATION, false, "inside.test", trap.getLocalPort(), "GET", "/");

            assertThat(guarded.send(request)).isInstanceOf(EgressOutcome.Refused.class);
            assertThat(guarded.send(request.withTarget(
                            new Target.Pinned(List.of(LOOPBACK), trap.getLocalPort()))))
                    .isInstanceOf(EgressOutcome.Refused.class);
            org.assertj.core.api.Assertions.assertThatThrownBy(trap::accept)
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void thePolicyDecidesBeforeAnythingIsLookedUp() {
        EgressPolicy closed = (destination, egressClass, _) -> {
            SEEN.merge(destination + " " + egressClass.name(), 1, Integer::sum);
            return new EgressPolicy.Verdict.Forbidden("not out of the region");
        };

        assertThat(open(DenyList.nothing(), Optional.empty(), closed)
                        .send(toPlain("GET", "/hello")))
                .isEqualTo(new EgressOutcome.Refused("not out of the region"));
        assertThat(lookups).hasValue(0);
        assertThat(SEEN).containsKey("a.test federation");
    }

    @Test
    void theDeadlineHoldsWhileTheAnswerIsAwaited() {
        long started = System.nanoTime();
        EgressOutcome outcome =
                open().send(toPlain("GET", "/slow").withDeadline(Duration.ofMillis(300)));

        assertThat(outcome).isEqualTo(new EgressOutcome.TimedOut("waiting for the answer", true));
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void theDeadlineHoldsWhileOneByteComesAfterTheOther() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            Thread.ofVirtual().start(() -> trickle(server));
            EgressRequest request = EgressRequest.to(
                            EgressClass.FEDERATION,
                            false,
                            "a.test",
                            server.getLocalPort(),
                            "GET",
                            "/")
                    .withDeadline(Duration.ofMillis(500));

            assertThat(open().send(request)).isInstanceOf(EgressOutcome.TimedOut.class);
        }
    }

    private static void trickle(ServerSocket server) {
        try (Socket client = server.accept()) {
            client.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100; i++) {
                client.getOutputStream().write('x');
                client.getOutputStream().flush();
                Thread.sleep(50);
            }
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anAnswerThatIsTooLargeIsNotRead() {
        SocketEgress open = open();

        assertThat(open.send(toPlain("GET", "/large").withResponseBytesMax(99_999)))
                .isEqualTo(new EgressOutcome.TooLarge(99_999));
        assertThat(open.send(toPlain("GET", "/chunked").withResponseBytesMax(49_999)))
                .isEqualTo(new EgressOutcome.TooLarge(49_999));
        assertThat(body(open.send(toPlain("GET", "/chunked").withResponseBytesMax(50_000))))
                .hasSize(50_000);
    }

    @Test
    void nobodyListeningIsUnreachable() {
        EgressRequest request =
                EgressRequest.to(EgressClass.FEDERATION, false, "a.test", 1, "GET", "/");

        assertThat(open().send(request))
                .isInstanceOfSatisfying(
                        EgressOutcome.Unreachable.class,
                        outcome -> assertThat(outcome.sent()).isFalse());
    }

    @Test
    void anUnknownNameIsUnreachable() {
        EgressRequest request =
                EgressRequest.to(EgressClass.FEDERATION, true, "nowhere.invalid", 443, "GET", "/");

        assertThat(open().send(request))
                .isEqualTo(new EgressOutcome.Unreachable(
                        "no address is known for nowhere.invalid", false));
    }

    @Test
    void redirectsAreFollowedOnlyWhenAskedForAndEachHopIsChecked() {
        SocketEgress open = open();

        assertThat(((EgressOutcome.Answered) open.send(toPlain("GET", "/hop")))
                        .response()
                        .status())
                .isEqualTo(302);
        assertThat(body(open.send(toPlain("GET", "/hop").followingRedirects(3))))
                .startsWith("hello");
        assertThat(open.send(toPlain("GET", "/hop/private").followingRedirects(3)))
                .isInstanceOf(EgressOutcome.Unreachable.class);
    }

    @Test
    void oneConnectionIsUsedAgain() throws IOException {
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 10, LOOPBACK)) {
            Thread.ofVirtual().start(() -> serveForEver(server, accepted, Integer.MAX_VALUE));
            SocketEgress open = open();
            for (int i = 0; i < 5; i++) {
                EgressRequest request = EgressRequest.to(
                        EgressClass.FEDERATION, false, "a.test", server.getLocalPort(), "GET", "/");

                assertThat(body(open.send(request))).isEqualTo("ok");
            }
            assertThat(accepted).hasValue(1);
        }
    }

    @Test
    void aKeptConnectionThatTheOtherSideClosedIsReplaced() throws Exception {
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 10, LOOPBACK)) {
            Thread.ofVirtual().start(() -> serveForEver(server, accepted, 1));
            SocketEgress open = open();
            for (int i = 0; i < 3; i++) {
                EgressRequest request = EgressRequest.to(
                        EgressClass.FEDERATION, false, "a.test", server.getLocalPort(), "PUT", "/");

                assertThat(body(open.send(request))).isEqualTo("ok");
                Thread.sleep(50);
            }
            assertThat(accepted).hasValue(3);
        }
    }

    /// Answers on each connection so many requests, then closes it without saying so.
    private static void serveForEver(ServerSocket server, AtomicInteger accepted, int requestsMax) {
        try {
            while (true) {
                Socket client = server.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(client, requestsMax));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static void serve(Socket client, int requestsMax) {
        try (client) {
            for (int served = 0; served < requestsMax; served++) {
                String head = "";
                while (!head.endsWith("\r\n\r\n")) {
                    int c = client.getInputStream().read();
                    if (c < 0) {
                        return;
                    }
                    head += (char) c;
                }
                client.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    @Test
    void oneDestinationCannotTakeAllPlaces() throws Exception {
        SocketEgress open = open();
        List<Thread> slow = List.of(
                Thread.ofVirtual().start(() -> open.send(toPlain("GET", "/slow"))),
                Thread.ofVirtual().start(() -> open.send(toPlain("GET", "/slow"))));
        Thread.sleep(300);

        assertThat(open.send(toPlain("GET", "/hello").withDeadline(Duration.ofMillis(200))))
                .isEqualTo(new EgressOutcome.TimedOut("waiting for a place", false));
        assertThat(body(open.send(toPlain("GET", "/hello").withDestination("another.test"))))
                .startsWith("hello");
        for (Thread thread : slow) {
            thread.join();
        }
        assertThat(body(open.send(toPlain("GET", "/hello")))).startsWith("hello");
    }

    @Test
    void aMissingFileOfAuthoritiesIsOneLine() {
        EgressOptions options =
                EgressOptions.of(DenyList.nothing(), Optional.of(Path.of("/no/such/ca.pem")));

        assertThat(SocketEgress.open(options, EgressPolicy.ALLOW_ALL, names(), new Metrics()))
                .isEqualTo(new SocketEgress.Opening.Unusable("there is no file /no/such/ca.pem"));
    }
}
