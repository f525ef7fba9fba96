package im.holm.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.holm.platform.metrics.Metrics;
import im.holm.platform.time.Time;
import im.holm.platform.tls.ClientTrust;
import im.holm.platform.tls.PemFiles;
import im.holm.platform.tls.SelfSigned;
import im.holm.platform.tls.TlsOutcome;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

class TlsListenerTest {
    @TempDir
    Path directory;

    private final Metrics metrics = new Metrics();
    private PemFiles files;
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        files = certificate();
        listener = HttpListenerTest.started(
                ListenerOptions.plain("tls", "127.0.0.1", 0)
                        .withTls(files)
                        .withLimits(HttpLimits.DEFAULT
                                .withConnectionsMax(3)
                                .withProgressTimeout(Duration.ofSeconds(1))
                                .withHeadTimeout(Duration.ofSeconds(1))),
                List.of(
                        Route.put(
                                "/echo",
                                "echo",
                                request -> Response.bytes(200, "text/plain", request.body())),
                        Route.get(
                                "/big",
                                "big",
                                _ -> Response.bytes(200, "text/plain", new byte[16 << 20]))),
                metrics);
    }

    @AfterEach
    void stop() {
        listener.stop(Duration.ZERO);
    }

    private PemFiles certificate() throws IOException {
        return SelfSigned.write(
                directory,
                "server",
                List.of("localhost"),
                List.of(InetAddress.ofLiteral("127.0.0.1")),
                Time.system());
    }

    private static SSLContext trusting(Path certificate) {
        return switch (ClientTrust.client(Optional.of(certificate))) {
            case TlsOutcome.Ready(SSLContext context) -> context;
            case TlsOutcome.Unusable(String reason) -> throw new AssertionError(reason);
        };
    }

    private RawClient connect(SSLContext context) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("localhost", listener.port());
        socket.startHandshake();
        return new RawClient(socket);
    }

    @Test
    void requestsAreServedOverTls() throws IOException {
        try (RawClient client = connect(trusting(files.certificate()))) {
            assertThat(client.ask("PUT", "/echo", "x".repeat(100_000)).body()).hasSize(100_000);
            assertThat(client.ask("GET", "/nothing", "").status()).isEqualTo(404);
        }
    }

    @Test
    void aNewCertificateIsUsedWithoutARestart() throws Exception {
        SSLContext old = trusting(files.certificate());
        connect(old).close();
        certificate();
        SSLContext renewed = trusting(files.certificate());

        await().atMost(Duration.ofSeconds(6)).ignoreExceptions().until(() -> {
            try (RawClient client = connect(renewed)) {
                return client.ask("PUT", "/echo", "").status() == 200;
            }
        });
    }

    @Test
    void handshakesThatAreNeverFinishedAreClosedAndTakeNoPlace() throws Exception {
        for (int round = 0; round < 2; round++) {
            try (Socket one = new Socket("127.0.0.1", listener.port());
                    Socket two = new Socket("127.0.0.1", listener.port());
                    Socket three = new Socket("127.0.0.1", listener.port())) {
                one.setSoTimeout(5_000);
                two.getOutputStream().write(new byte[] {0x16, 0x03});
                three.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());

                assertThat(one.getInputStream().read()).isEqualTo(-1);
            }
        }
        try (RawClient client = connect(trusting(files.certificate()))) {
            assertThat(client.ask("PUT", "/echo", "still here").body()).isEqualTo("still here");
        }
    }

    @Test
    void aBodyThatDoesNotComeIsAnsweredOverTlsToo() throws IOException {
        try (RawClient client = connect(trusting(files.certificate()))) {
            client.send("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");

            assertThat(client.read().status()).isEqualTo(408);
        }
    }

    @Test
    void aClientThatDoesNotReadIsCutOffOverTlsToo() throws Exception {
        SSLSocket socket = (SSLSocket) trusting(files.certificate())
                .getSocketFactory()
                .createSocket("localhost", listener.port());
        try (RawClient client = new RawClient(socket)) {
            client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");

            await().atMost(Duration.ofSeconds(2)).until(() -> openConnections() == 1);
            await().atMost(Duration.ofSeconds(8)).until(() -> openConnections() == 0);
        }
    }

    private double openConnections() {
        return metrics.registry()
                .get("holm.http.connections")
                .tag("listener", "tls")
                .gauge()
                .value();
    }

    @Test
    void whatIsWrongWithAFileIsOneLine() throws IOException {
        Path missing = directory.resolve("missing.pem");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing here\n");
        ListenerOptions options = ListenerOptions.plain("bad", "127.0.0.1", 0);

        assertThat(HttpListener.start(
                        options.withTls(new PemFiles(missing, files.key())),
                        List.of(),
                        new Metrics()))
                .isEqualTo(
                        new ListenOutcome.NotPossible<HttpListener>("there is no file " + missing));
        assertThat(HttpListener.start(
                        options.withTls(new PemFiles(files.certificate(), empty)),
                        List.of(),
                        new Metrics()))
                .isEqualTo(new ListenOutcome.NotPossible<HttpListener>(
                        empty + ": holds no unencrypted private key"));
    }
}
