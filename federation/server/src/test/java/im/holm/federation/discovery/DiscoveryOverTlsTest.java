package im.holm.federation.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.federation.call.ServerHealth;
import im.holm.federation.call.Transport;
import im.holm.federation.call.Transport.Carried;
import im.holm.federation.call.Transport.Delivery;
import im.holm.federation.call.Urgency;
import im.holm.platform.egress.DenyList;
import im.holm.platform.egress.EgressOptions;
import im.holm.platform.egress.EgressPolicy;
import im.holm.platform.egress.Resolver;
import im.holm.platform.egress.SocketEgress;
import im.holm.platform.http.HttpListener;
import im.holm.platform.http.ListenOutcome;
import im.holm.platform.http.ListenerOptions;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.platform.http.Route;
import im.holm.platform.metrics.Metrics;
import im.holm.platform.time.Time;
import im.holm.platform.tls.PemFiles;
import im.holm.platform.tls.SelfSigned;
import im.holm.protocol.id.ServerName;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// Discovery with sockets and certificates: one listener with a certificate for `good.test`, DNS
/// that leads every name to it.
class DiscoveryOverTlsTest {
    private static final ServerName GOOD = ServerName.of("good.test");
    private static final ServerName OTHER = ServerName.of("other.test");
    private static final String VERSION = "/_matrix/federation/v1/version";

    @TempDir
    Path dir;

    private final InstantSource time = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final Names names = new Names();
    private final List<String> hosts = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Response> wellKnown = _ -> json("{}");
    private HttpListener listener;
    private PemFiles certificate;
    private SocketEgress egress;

    @BeforeEach
    void start() throws IOException {
        certificate = SelfSigned.write(dir, "good", List.of("good.test"), List.of(), Time.system());
        var options = ListenerOptions.plain("test", "127.0.0.1", 0).withTls(certificate);
        List<Route> routes = List.of(
                Route.get("/.well-known/matrix/server", "getWellKnown", this::answerWellKnown),
                Route.get(VERSION, "getVersion", this::answerVersion));
        listener = switch (HttpListener.start(options, routes, metrics)) {
            case ListenOutcome.Listening<HttpListener>(HttpListener open) -> open;
            case ListenOutcome<HttpListener> failed -> throw new AssertionError(failed);
        };
        egress = egress(DenyList.nothing());
    }

    @AfterEach
    void stop() {
        egress.close();
        listener.close();
        metrics.close();
    }

    @Test
    void aDelegationIsReadOverTls() {
        wellKnown = _ -> json("{\"m.server\":\"far.test:1234\"}");

        assertThat(discovery(egress).resolve(GOOD))
                .isEqualTo(new Resolution.Found(
                        List.of(new Endpoint("far.test", 1234, "far.test:1234", "far.test"))));
    }

    @Test
    void aHostWithAnothersCertificateDelegatesToNobody() {
        wellKnown = _ -> json("{\"m.server\":\"far.test:1234\"}");

        assertThat(discovery(egress).resolve(OTHER)).isEqualTo(itself(OTHER));
        assertThat(hosts).isEmpty();
    }

    @Test
    void redirectsAreFollowedButNotForEver() {
        wellKnown = request -> request.target().contains("there")
                ? json("{\"m.server\":\"far.test:1234\"}")
                : Response.redirect(302, "/.well-known/matrix/server?there");
        assertThat(discovery(egress).resolve(GOOD)).isNotEqualTo(itself(GOOD));

        wellKnown = _ -> Response.redirect(302, "/.well-known/matrix/server");
        assertThat(discovery(egress).resolve(GOOD)).isEqualTo(itself(GOOD));
        assertThat(hosts).hasSizeLessThan(20);
    }

    @Test
    void anEndlessAnswerIsNotRead() {
        String much = "{\"m.server\":\"far.test:1234\",\"x\":\"" + "x".repeat(100_000) + "\"}";
        wellKnown = _ -> json(much);

        assertThat(discovery(egress).resolve(GOOD)).isEqualTo(itself(GOOD));
    }

    @Test
    void anAddressThatIsDeniedIsNeverConnectedTo() {
        try (SocketEgress careful = egress(DenyList.ofPrivate())) {
            assertThat(discovery(careful).resolve(GOOD)).isEqualTo(itself(GOOD));
            names.service("_matrix-fed._tcp.good.test", listener.port(), "anywhere.test");
            assertThat(carry(careful, GOOD)).isInstanceOf(Delivery.Failed.class);
        }
        assertThat(hosts).isEmpty();
    }

    @Test
    void anSrvTargetMustProveThatItSpeaksForTheName() {
        names.service("_matrix-fed._tcp.good.test", listener.port(), "anywhere.test");
        names.service("_matrix-fed._tcp.other.test", listener.port(), "anywhere.test");

        assertThat(carry(egress, GOOD)).isInstanceOf(Delivery.Answered.class);
        assertThat(hosts).endsWith("good.test");
        assertThat(carry(egress, OTHER)).isInstanceOf(Delivery.Failed.class);
    }

    @Test
    void theNextSrvTargetIsTriedWhenOneDoesNotAnswer() {
        names.services.put(
                "_matrix-fed._tcp.good.test",
                List.of(
                        new Resolver.Srv(1, 1, 1, "closed.test"),
                        new Resolver.Srv(2, 1, listener.port(), "open.test")));

        assertThat(carry(egress, GOOD)).isInstanceOf(Delivery.Answered.class);
    }

    private static Response json(String text) {
        return Response.text(200, "application/json", text);
    }

    private Response answerWellKnown(Request request) {
        hosts.add(request.header("Host").orElse(""));
        return wellKnown.apply(request);
    }

    private Response answerVersion(Request request) {
        hosts.add(request.header("Host").orElse(""));
        return json("{}");
    }

    private Delivery carry(SocketEgress over, ServerName to) {
        return new Transport(discovery(over), over, new ServerHealth(time))
                .carry(new Carried(
                        to,
                        "GET",
                        VERSION,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(10),
                        1000,
                        Urgency.USER));
    }

    private static Resolution itself(ServerName name) {
        return new Resolution.Found(
                List.of(new Endpoint(name.host(), 8448, name.text(), name.host())));
    }

    private Discovery discovery(SocketEgress over) {
        return new Discovery(over, names, time, listener.port());
    }

    private SocketEgress egress(DenyList deny) {
        var options = EgressOptions.of(deny, Optional.of(certificate.certificate()));
        return switch (SocketEgress.open(options, EgressPolicy.ALLOW_ALL, names, metrics)) {
            case SocketEgress.Opening.Open(SocketEgress open) -> open;
            case SocketEgress.Opening.Unusable(String reason) -> throw new AssertionError(reason);
        };
    }

    /// Every name is this machine.
    private static final class Names implements Resolver {
        final Map<String, List<Srv>> services = new ConcurrentHashMap<>();

        void service(String name, int port, String target) {
            services.put(name, List.of(new Srv(0, 0, port, target)));
        }

        @Override
        public Answer<InetAddress> addresses(String host) {
            return new Answer.Found<>(List.of(InetAddress.ofLiteral("127.0.0.1")));
        }

        @Override
        public Answer<Srv> services(String name) {
            List<Srv> found = services.get(name);
            return found == null ? new Answer.None<>() : new Answer.Found<>(found);
        }
    }
}
