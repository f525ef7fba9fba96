package im.holm.federation.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.platform.egress.Egress;
import im.holm.platform.egress.Resolver;
import im.holm.protocol.id.ServerName;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// Finds where a server answers, in exactly the order of the specification: IP literal, explicit
/// port, well-known delegation, SRV `_matrix-fed._tcp`, the deprecated SRV `_matrix._tcp`, port
/// 8448.
///
/// Names are not resolved to addresses here: the connection does that, so that the address that is
/// connected to is the one that was checked against the deny list.
public final class Discovery {
    /// SRV records beyond this many are not tried.
    static final int ENDPOINTS_MAX = 8;

    private static final int NAMES_MAX = 10_000;

    /// How long what DNS said is kept; a well-known answer is kept longer by itself.
    private static final Duration FOUND_TTL = Duration.ofMinutes(5);

    /// When DNS did not answer: 8448 is tried meanwhile, and DNS is asked again soon.
    private static final Duration UNSURE_TTL = Duration.ofSeconds(30);

    private final Resolver resolver;
    private final InstantSource time;
    private final WellKnown wellKnown;
    private final Cache<ServerName, Kept> kept =
            Caffeine.newBuilder().maximumSize(NAMES_MAX).build();

    public Discovery(Egress egress, Resolver resolver, InstantSource time) {
        this(egress, resolver, time, WellKnown.HTTPS_PORT);
    }

    /// With well-known answers asked for on another port than HTTPS's own.
    Discovery(Egress egress, Resolver resolver, InstantSource time, int wellKnownPort) {
        this.resolver = resolver;
        this.time = time;
        this.wellKnown = new WellKnown(egress, time, wellKnownPort);
    }

    private record Kept(Resolution resolution, long expiresMs) {}

    private static Kept forAWhile(Resolution resolution, Duration ttl, long nowMs) {
        return new Kept(resolution, nowMs + ttl.toMillis());
    }

    /// Blocks for at most a well-known request and two DNS look-ups.
    public Resolution resolve(ServerName name) {
        Kept known = kept.getIfPresent(name);
        if (known != null && known.expiresMs() > time.millis()) {
            return known.resolution();
        }
        Kept found = discover(name);
        kept.put(name, found);
        return found.resolution();
    }

    /// Forgets what was found for a name: nobody answered there.
    public void forget(ServerName name) {
        kept.invalidate(name);
    }

    private Kept discover(ServerName name) {
        if (name.isAddressLiteral() || name.port().isPresent()) {
            return forAWhile(direct(name), FOUND_TTL, time.millis());
        }
        WellKnown.Delegation delegation = wellKnown.delegation(name.host());
        ServerName to = delegation.to().orElse(name);
        Kept found = to.isAddressLiteral() || to.port().isPresent()
                ? forAWhile(direct(to), FOUND_TTL, time.millis())
                : services(to);
        return new Kept(found.resolution(), Math.min(found.expiresMs(), delegation.expiresMs()));
    }

    /// Steps 1, 2, 3.1, 3.2, 3.5 and 6: the name itself, at its own port or 8448.
    private static Resolution direct(ServerName name) {
        int port = name.port().orElse(Endpoint.DEFAULT_PORT);
        if (port == 0) {
            return new Resolution.Failed("the name has port 0");
        }
        return new Resolution.Found(
                List.of(new Endpoint(name.host(), port, name.text(), name.host())));
    }

    /// Steps 3.3 to 3.5 and 4 to 6.
    private Kept services(ServerName name) {
        Resolver.Answer<Resolver.Srv> current =
                resolver.services("_matrix-fed._tcp." + name.host());
        if (current instanceof Resolver.Answer.Found(List<Resolver.Srv> records)) {
            return forAWhile(at(name, records), FOUND_TTL, time.millis());
        }
        Resolver.Answer<Resolver.Srv> deprecated = resolver.services("_matrix._tcp." + name.host());
        if (deprecated instanceof Resolver.Answer.Found(List<Resolver.Srv> records)) {
            return forAWhile(at(name, records), FOUND_TTL, time.millis());
        }
        boolean sure = current instanceof Resolver.Answer.None
                && deprecated instanceof Resolver.Answer.None;
        return forAWhile(direct(name), sure ? FOUND_TTL : UNSURE_TTL, time.millis());
    }

    private static Resolution at(ServerName name, List<Resolver.Srv> records) {
        List<Endpoint> endpoints = records.stream()
                .filter(srv -> !srv.target().isEmpty() && !srv.target().equals("."))
                .filter(srv -> srv.port() >= 1 && srv.port() <= 65_535)
                .limit(ENDPOINTS_MAX)
                .map(srv -> new Endpoint(srv.target(), srv.port(), name.text(), name.host()))
                .toList();
        return endpoints.isEmpty()
                ? new Resolution.Failed("its SRV record says that it offers no federation")
                : new Resolution.Found(endpoints);
    }
}
