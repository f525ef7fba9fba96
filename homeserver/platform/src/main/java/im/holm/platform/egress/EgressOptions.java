package im.holm.platform.egress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How outgoing requests are made.
///
/// @param deny addresses that are never connected to
/// @param trustedCa a PEM file of authorities that count beside the system's
/// @param perDestinationMax concurrent requests to one destination; more wait within their deadline
/// @param idleConnectionsMax connections kept open for the next request, over all destinations
/// @param idleTimeout how long one is kept
/// @param connectTimeout for one address, TLS handshake included
public record EgressOptions(
        DenyList deny,
        Optional<Path> trustedCa,
        int perDestinationMax,
        int idleConnectionsMax,
        Duration idleTimeout,
        Duration connectTimeout) {
    public static final int PER_DESTINATION_MAX = 16;
    public static final int IDLE_CONNECTIONS_MAX = 256;

    public static EgressOptions of(DenyList deny, Optional<Path> trustedCa) {
        return new EgressOptions(
                deny,
                trustedCa,
                PER_DESTINATION_MAX,
                IDLE_CONNECTIONS_MAX,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10));
    }
}
