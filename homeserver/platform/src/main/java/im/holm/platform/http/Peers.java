package im.holm.platform.http;

import im.holm.platform.egress.Cidr;
import im.holm.platform.egress.IpLiteral;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/// Who a client is behind reverse proxies. A header that anybody can send counts only when a
/// trusted proxy sent it: the list is read from the right, past trusted proxies, to the first
/// address that is none.
public final class Peers {
    private final List<Cidr> trusted;

    public Peers(List<Cidr> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    public Remote remote(SocketAddress peer, boolean secure, Headers headers) {
        if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return new Remote("unknown", secure);
        }
        InetAddress address = inet.getAddress();
        if (!isTrusted(address)) {
            return new Remote(address.getHostAddress(), secure);
        }
        boolean forwardedSecure = headers.first("X-Forwarded-Proto")
                .map(proto -> proto.equalsIgnoreCase("https"))
                .orElse(secure);
        return new Remote(forwarded(headers, address).getHostAddress(), forwardedSecure);
    }

    private InetAddress forwarded(Headers headers, InetAddress peer) {
        String[] hops = String.join(",", headers.all("X-Forwarded-For")).split(",");
        InetAddress client = peer;
        for (int i = hops.length - 1; i >= 0; i--) {
            Optional<InetAddress> hop = IpLiteral.parse(hops[i].strip());
            if (hop.isEmpty()) {
                return client;
            }
            client = hop.get();
            if (!isTrusted(client)) {
                return client;
            }
        }
        return client;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(block -> block.contains(address));
    }
}
