package im.holm.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.egress.Cidr;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

class PeersTest {
    private final Peers peers = new Peers(List.of(Cidr.of("10.0.0.0/8"), Cidr.of("127.0.0.1")));

    private Remote remote(String peer, String... headers) {
        return peers.remote(
                new InetSocketAddress(InetAddress.ofLiteral(peer), 1), false, Headers.of(headers));
    }

    @Test
    void aStrangersHeadersDoNotCount() {
        assertThat(remote("8.8.8.8", "X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https"))
                .isEqualTo(new Remote("8.8.8.8", false));
    }

    @Test
    void aTrustedProxyNamesTheClient() {
        assertThat(remote("127.0.0.1", "X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https"))
                .isEqualTo(new Remote("1.2.3.4", true));
        assertThat(remote("127.0.0.1")).isEqualTo(new Remote("127.0.0.1", false));
    }

    @Test
    void whatTheClientWroteItselfIsPassedOver() {
        assertThat(remote("10.0.0.1", "X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.0.0.2")
                        .address())
                .isEqualTo("1.2.3.4");
        assertThat(remote("10.0.0.1", "X-Forwarded-For", "6.6.6.6", "X-Forwarded-For", "1.2.3.4")
                        .address())
                .isEqualTo("1.2.3.4");
    }

    @Test
    void nonsenseEndsTheChain() {
        assertThat(remote("10.0.0.1", "X-Forwarded-For", "1.2.3.4, nonsense").address())
                .isEqualTo("10.0.0.1");
        assertThat(remote("10.0.0.1", "X-Forwarded-For", "1.2.3.4, nonsense, 10.0.0.3")
                        .address())
                .isEqualTo("10.0.0.3");
    }
}
