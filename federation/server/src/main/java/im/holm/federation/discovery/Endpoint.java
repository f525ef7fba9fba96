package im.holm.federation.discovery;

import java.util.Objects;

/// Where and as whom a server is reached.
///
/// @param host a DNS name or an IP literal to connect to
/// @param port 1 to 65535
/// @param hostHeader what the `Host` header says
/// @param tlsName the name that the certificate must be for; a name or an IP literal
public record Endpoint(String host, int port, String hostHeader, String tlsName) {

    /// Where a server listens of which nobody says more (server-server API, step 6).
    public static final int DEFAULT_PORT = 8448;

    public Endpoint {
        Objects.requireNonNull(host);
        Objects.requireNonNull(hostHeader);
        Objects.requireNonNull(tlsName);
    }
}
