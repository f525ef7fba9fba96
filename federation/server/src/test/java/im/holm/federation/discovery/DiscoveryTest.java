package im.holm.federation.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.federation.Internet;
import im.holm.platform.egress.Resolver.Answer;
import im.holm.platform.egress.Resolver.Srv;
import im.holm.platform.http.Headers;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.id.ServerName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class DiscoveryTest {
    private final SettableTime time = new SettableTime(Instant.parse("2026-11-25T03:00:00Z"));
    private final Internet internet = new Internet();
    private final Discovery discovery = new Discovery(internet, internet, time);

    @Test
    void anAddressLiteralIsUsedAsItIs() {
        assertFound("192.0.2.1", new Endpoint("192.0.2.1", 8448, "192.0.2.1", "192.0.2.1"));
        assertFound("192.0.2.1:81", new Endpoint("192.0.2.1", 81, "192.0.2.1:81", "192.0.2.1"));
        assertFound(
                "[2001:db8::1]",
                new Endpoint("[2001:db8::1]", 8448, "[2001:db8::1]", "[2001:db8::1]"));
        assertThat(internet.requests()).isEmpty();
    }

    @Test
    void anExplicitPortSkipsWellKnownAndSrv() {
        internet.service("_matrix-fed._tcp.a.example.org", found(1, "b.example.org"));

        assertFound(
                "a.example.org:443",
                new Endpoint("a.example.org", 443, "a.example.org:443", "a.example.org"));
        assertThat(internet.requests()).isEmpty();
    }

    @Test
    void wellKnownDelegatesToAnAddress() {
        wellKnown("{\"m.server\":\"192.0.2.7\"}");

        assertFound("a.example.org", new Endpoint("192.0.2.7", 8448, "192.0.2.7", "192.0.2.7"));
    }

    @Test
    void wellKnownDelegatesToANameWithAPort() {
        wellKnown("{\"m.server\":\"b.example.org:1234\"}");

        assertFound(
                "a.example.org",
                new Endpoint("b.example.org", 1234, "b.example.org:1234", "b.example.org"));
    }

    @Test
    void wellKnownDelegatesToANameWhoseSrvRecordSaysWhere() {
        wellKnown("{\"m.server\":\"b.example.org\"}");
        internet.service("_matrix-fed._tcp.b.example.org", found(2, "c.example.org"));
        internet.service("_matrix._tcp.b.example.org", found(3, "d.example.org"));

        assertFound(
                "a.example.org",
                new Endpoint("c.example.org", 2, "b.example.org", "b.example.org"));
    }

    @Test
    void wellKnownDelegatesToANameWithTheDeprecatedSrvRecord() {
        wellKnown("{\"m.server\":\"b.example.org\"}");
        internet.service("_matrix._tcp.b.example.org", found(3, "d.example.org"));

        assertFound(
                "a.example.org",
                new Endpoint("d.example.org", 3, "b.example.org", "b.example.org"));
    }

    @Test
    void wellKnownDelegatesToANameThatSaysNoMore() {
        wellKnown("{\"m.server\":\"b.example.org\"}");

        assertFound(
                "a.example.org",
                new Endpoint("b.example.org", 8448, "b.example.org", "b.example.org"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{}", "{\"m.server\":7}", "{\"m.server\":\"not a name\"}"})
    void aWellKnownThatIsNonsenseIsAsIfThereWereNone(String body) {
        wellKnown(body);
        internet.service("_matrix-fed._tcp.a.example.org", found(5, "e.example.org"));

        assertFound(
                "a.example.org",
                new Endpoint("e.example.org", 5, "a.example.org", "a.example.org"));
    }

    @Test
    void withoutAnythingItIsPort8448() {
        assertFound(
                "a.example.org",
                new Endpoint("a.example.org", 8448, "a.example.org", "a.example.org"));
    }

    @Test
    void srvTargetsAreTriedInTheirOrder() {
        internet.service(
                "_matrix-fed._tcp.a.example.org",
                new Answer.Found<>(List.of(
                        new Srv(1, 1, 10, "x.example.org"), new Srv(2, 1, 20, "y.example.org"))));

        assertFound(
                "a.example.org",
                new Endpoint("x.example.org", 10, "a.example.org", "a.example.org"),
                new Endpoint("y.example.org", 20, "a.example.org", "a.example.org"));
    }

    @Test
    void anSrvRecordThatOffersNothingEndsTheSearch() {
        internet.service("_matrix-fed._tcp.a.example.org", found(0, "."));

        assertThat(discovery.resolve(ServerName.of("a.example.org")))
                .isInstanceOf(Resolution.Failed.class);
    }

    @Test
    void wellKnownIsKeptAsLongAsItSaysButNeverLongerThanTwoDays() {
        wellKnown(
                "{\"m.server\":\"b.example.org:1\"}", Headers.of("Cache-Control", "max-age=3600"));
        resolve();
        time.advance(Duration.ofMinutes(59));
        resolve();
        assertThat(internet.requests()).hasSize(1);
        time.advance(Duration.ofMinutes(2));
        wellKnown(
                "{\"m.server\":\"b.example.org:1\"}",
                Headers.of("Cache-Control", "max-age=9999999"));
        resolve();
        assertThat(internet.requests()).hasSize(2);
        time.advance(Duration.ofHours(47));
        resolve();
        assertThat(internet.requests()).hasSize(2);
        time.advance(Duration.ofHours(2));
        resolve();
        assertThat(internet.requests()).hasSize(3);
    }

    @Test
    void failuresOfWellKnownAreKeptLongerAndLongerButAtMostAnHour() {
        resolve();
        time.advance(Duration.ofMinutes(6));
        resolve();
        assertThat(internet.requests()).hasSize(2);
        for (int i = 0; i < 20; i++) {
            time.advance(Duration.ofMinutes(61));
            resolve();
        }
        int requests = internet.requests().size();
        time.advance(Duration.ofMinutes(30));
        resolve();
        assertThat(internet.requests()).hasSize(requests);
        time.advance(Duration.ofMinutes(31));
        resolve();
        assertThat(internet.requests()).hasSize(requests + 1);
    }

    @Test
    void aHostThatIsDownKeepsItsLastDelegation() {
        wellKnown("{\"m.server\":\"b.example.org:1\"}", Headers.of("Cache-Control", "no-store"));
        resolve();
        internet.noSite("a.example.org:443");
        time.advance(Duration.ofHours(10));

        assertFound(
                "a.example.org",
                new Endpoint("b.example.org", 1, "b.example.org:1", "b.example.org"));

        time.advance(Duration.ofHours(50));
        assertFound(
                "a.example.org",
                new Endpoint("a.example.org", 8448, "a.example.org", "a.example.org"));
    }

    @Test
    void wellKnownIsAskedForOverTlsWithLimits() {
        resolve();

        var request = internet.requests().getFirst();
        assertThat(request.path()).isEqualTo("/.well-known/matrix/server");
        assertThat(request.tlsName()).contains("a.example.org");
        assertThat(request.hostHeader()).isEqualTo("a.example.org");
        assertThat(request.responseBytesMax()).isLessThanOrEqualTo(64 * 1024);
        assertThat(request.redirectsMax()).isPositive();
    }

    private void resolve() {
        discovery.resolve(ServerName.of("a.example.org"));
    }

    private void assertFound(String name, Endpoint... endpoints) {
        assertThat(discovery.resolve(ServerName.of(name)))
                .isEqualTo(new Resolution.Found(List.of(endpoints)));
    }

    private void wellKnown(String body) {
        wellKnown(body, Headers.empty());
    }

    private void wellKnown(String body, Headers headers) {
        internet.site("a.example.org:443", _ -> Internet.json(200, body, headers));
    }

    private static Answer<Srv> found(int port, String target) {
        return new Answer.Found<>(List.of(new Srv(0, 0, port, target)));
    }
}
