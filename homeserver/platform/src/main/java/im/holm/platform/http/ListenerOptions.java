package im.holm.platform.http;

import im.holm.platform.egress.Cidr;
import im.holm.platform.tls.PemFiles;

import java.util.List;
import java.util.Optional;

/// How one HTTP listener is opened.
///
/// @param name in logs and metrics, such as `client`
/// @param port 0 picks a free one
/// @param tls PEM files, read again when they change; without them plain HTTP
/// @param trustedProxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count
/// @param cors whether every answer carries the CORS headers of the client-server API and OPTIONS
/// is answered
public record ListenerOptions(
        String name,
        String host,
        int port,
        Optional<PemFiles> tls,
        List<Cidr> trustedProxies,
        boolean cors,
        HttpLimits limits) {
    public ListenerOptions {
        trustedProxies = List.copyOf(trustedProxies);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    /// Plain HTTP with CORS and the default limits.
    public static ListenerOptions plain(String name, String host, int port) {
        return new ListenerOptions(
                name, host, port, Optional.empty(), List.of(), true, HttpLimits.DEFAULT);
    }

    public ListenerOptions withTls(PemFiles files) {
        return new ListenerOptions(
                name, host, port, Optional.of(files), trustedProxies, cors, limits);
    }

    public ListenerOptions withTrustedProxies(List<Cidr> proxies) {
        return new ListenerOptions(name, host, port, tls, proxies, cors, limits);
    }

    public ListenerOptions withoutCors() {
        return new ListenerOptions(name, host, port, tls, trustedProxies, false, limits);
    }

    public ListenerOptions withLimits(HttpLimits other) {
        return new ListenerOptions(name, host, port, tls, trustedProxies, cors, other);
    }
}
