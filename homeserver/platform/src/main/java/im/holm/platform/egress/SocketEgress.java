package im.holm.platform.egress;

import im.holm.platform.metrics.Metrics;
import im.holm.platform.tls.ClientTrust;
import im.holm.platform.tls.TlsOutcome;

import io.micrometer.core.instrument.Timer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// [Egress] over sockets of its own: the JDK's HTTP client cannot connect to an address that was
/// checked while it asks for a certificate of another name.
///
/// A request that finds a kept connection dead is sent once more on a new one, when its method may
/// be repeated.
public final class SocketEgress implements Egress, AutoCloseable {
    private static final int ADDRESSES_TRIED_MAX = 4;
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS");
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final EgressOptions options;
    private final EgressPolicy policy;
    private final Resolver resolver;
    private final SSLContext tls;
    private final Metrics metrics;
    private final ConnectionPool pool;
    private final Places places;
    private final Thread sweeper;

    private SocketEgress(
            EgressOptions options,
            EgressPolicy policy,
            Resolver resolver,
            SSLContext tls,
            Metrics metrics) {
        this.options = options;
        this.policy = policy;
        this.resolver = resolver;
        this.tls = tls;
        this.metrics = metrics;
        this.pool = new ConnectionPool(options.idleConnectionsMax(), options.idleTimeout());
        this.places = new Places(options.perDestinationMax());
        this.sweeper = Thread.ofVirtual().name("egress-sweeper").start(this::sweep);
    }

    /// What came of opening the way out: it fails only when the extra authorities cannot be
    /// read.
    public sealed interface Opening {
        record Open(SocketEgress egress) implements Opening {}

        record Unusable(String reason) implements Opening {}
    }

    public static Opening open(
            EgressOptions options, EgressPolicy policy, Resolver resolver, Metrics metrics) {
        return switch (ClientTrust.client(options.trustedCa())) {
            case TlsOutcome.Ready(SSLContext context) ->
                new Opening.Open(new SocketEgress(options, policy, resolver, context, metrics));
            case TlsOutcome.Unusable(String reason) -> new Opening.Unusable(reason);
        };
    }

    @Override
    public EgressOutcome send(EgressRequest request) {
        long started = System.nanoTime();
        EgressOutcome outcome = follow(request, Deadline.in(request.deadline()));
        Timer.builder("holm.egress.requests")
                .description("Outgoing requests by class and outcome")
                .tag("class", request.egressClass().name())
                .tag("outcome", label(outcome))
                .register(metrics.registry())
                .record(Duration.ofNanos(System.nanoTime() - started));
        return outcome;
    }

    private static String label(EgressOutcome outcome) {
        return switch (outcome) {
            case EgressOutcome.Answered answered -> answered.response().status() / 100 + "xx";
            case EgressOutcome.Refused _ -> "refused";
            case EgressOutcome.Unreachable _ -> "unreachable";
            case EgressOutcome.TimedOut _ -> "timed_out";
            case EgressOutcome.TooLarge _ -> "too_large";
        };
    }

    private EgressOutcome follow(EgressRequest first, Deadline deadline) {
        EgressRequest request = first;
        for (int hop = 0; ; hop++) {
            EgressOutcome outcome = permitted(request, deadline);
            if (hop >= first.redirectsMax()
                    || !(outcome instanceof EgressOutcome.Answered(EgressResponse response))
                    || !REDIRECTS.contains(response.status())
                    || !(request.method().equals("GET") || request.method().equals("HEAD"))) {
                return outcome;
            }
            Optional<EgressRequest> next = redirected(request, response);
            if (next.isEmpty()) {
                return outcome;
            }
            request = next.get();
        }
    }

    private EgressOutcome permitted(EgressRequest request, Deadline deadline) {
        return switch (policy.permit(
                request.destination(), request.egressClass(), request.room())) {
            case EgressPolicy.Verdict.Forbidden(String reason) -> new EgressOutcome.Refused(reason);
            case EgressPolicy.Verdict.Permitted _ -> placed(request, deadline);
        };
    }

    private EgressOutcome placed(EgressRequest request, Deadline deadline) {
        try {
            if (!places.enter(request.destination(), deadline)) {
                return new EgressOutcome.TimedOut("waiting for a place", false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new EgressOutcome.Unreachable("interrupted", false);
        }
        try {
            return resolved(request, deadline);
        } finally {
            places.leave(request.destination());
        }
    }

    private EgressOutcome resolved(EgressRequest request, Deadline deadline) {
        return switch (request.target()) {
            case Target.Pinned(List<InetAddress> addresses, int _) ->
                checked(request, addresses, deadline);
            case Target.Named(String host, int _) ->
                switch (resolver.addresses(host)) {
                    case Resolver.Answer.Found<InetAddress>(List<InetAddress> addresses) ->
                        checked(request, addresses, deadline);
                    case Resolver.Answer.None<InetAddress> _ ->
                        new EgressOutcome.Unreachable("no address is known for " + host, false);
                    case Resolver.Answer.Failed<InetAddress>(String reason) ->
                        new EgressOutcome.Unreachable(reason, false);
                };
        };
    }

    private EgressOutcome checked(
            EgressRequest request, List<InetAddress> addresses, Deadline deadline) {
        List<InetAddress> allowed = addresses.stream()
                .filter(address -> !options.deny().denies(address))
                .limit(ADDRESSES_TRIED_MAX)
                .toList();
        if (allowed.isEmpty()) {
            return addresses.isEmpty()
                    ? new EgressOutcome.Unreachable("no address to connect to", false)
                    : new EgressOutcome.Refused(
                            "every address of " + request.destination() + " is denied");
        }
        for (InetAddress address : allowed) {
            Optional<HttpConnection> kept = pool.take(key(request, address));
            if (kept.isPresent()) {
                Optional<EgressOutcome> outcome = onKept(request, address, kept.get(), deadline);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            }
        }
        return onNew(request, allowed, deadline);
    }

    /// Nothing when the kept connection turned out dead and the request should go out on a new
    /// one.
    private Optional<EgressOutcome> onKept(
            EgressRequest request,
            InetAddress address,
            HttpConnection connection,
            Deadline deadline) {
        try {
            return Optional.of(exchange(request, address, connection, deadline));
        } catch (HttpConnection.NoAnswer e) {
            return REPEATABLE.contains(request.method())
                    ? Optional.empty()
                    : Optional.of(new EgressOutcome.Unreachable(e.getMessage(), true));
        }
    }

    private EgressOutcome onNew(
            EgressRequest request, List<InetAddress> addresses, Deadline deadline) {
        List<String> failures = new ArrayList<>();
        for (InetAddress address : addresses) {
            HttpConnection connection;
            try {
                connection = connect(request, address, deadline);
            } catch (SocketTimeoutException e) {
                if (deadline.hasPassed()) {
                    return new EgressOutcome.TimedOut("connecting", false);
                }
                failures.add(address.getHostAddress() + ": no answer");
                continue;
            } catch (IOException e) {
                failures.add(address.getHostAddress() + ": " + reason(e));
                continue;
            }
            try {
                return exchange(request, address, connection, deadline);
            } catch (HttpConnection.NoAnswer e) {
                return new EgressOutcome.Unreachable(e.getMessage(), true);
            }
        }
        return new EgressOutcome.Unreachable(String.join("; ", failures), false);
    }

    private EgressOutcome exchange(
            EgressRequest request,
            InetAddress address,
            HttpConnection connection,
            Deadline deadline)
            throws HttpConnection.NoAnswer {
        boolean keep = false;
        try {
            EgressResponse response = connection.exchange(request, deadline);
            keep = connection.isReusable();
            return new EgressOutcome.Answered(response);
        } catch (HttpConnection.NoAnswer e) {
            throw e;
        } catch (SocketTimeoutException e) {
            return new EgressOutcome.TimedOut("waiting for the answer", true);
        } catch (HttpConnection.AnswerTooLarge e) {
            return new EgressOutcome.TooLarge(request.responseBytesMax());
        } catch (IOException e) {
            return new EgressOutcome.Unreachable(reason(e), true);
        } finally {
            if (keep) {
                pool.give(key(request, address), connection);
            } else {
                connection.close();
            }
        }
    }

    private HttpConnection connect(EgressRequest request, InetAddress address, Deadline deadline)
            throws IOException {
        Socket plain = new Socket();
        boolean connected = false;
        try {
            plain.setTcpNoDelay(true);
            plain.connect(
                    new InetSocketAddress(address, request.target().port()),
                    deadline.timeoutMs(options.connectTimeout()));
            Socket socket = plain;
            if (request.tlsName().isPresent()) {
                plain.setSoTimeout(deadline.timeoutMs(options.connectTimeout()));
                socket =
                        secured(plain, request.tlsName().get(), request.target().port());
            }
            HttpConnection connection = new HttpConnection(plain, socket);
            connected = true;
            return connection;
        } finally {
            if (!connected) {
                plain.close();
            }
        }
    }

    /// The name goes into SNI, unless it is an address, and must be on the certificate.
    private Socket secured(Socket plain, String name, int port) throws IOException {
        String bare = name.startsWith("[") && name.endsWith("]")
                ? name.substring(1, name.length() - 1)
                : name;
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, bare, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static ConnectionPool.Key key(EgressRequest request, InetAddress address) {
        return new ConnectionPool.Key(
                address.getHostAddress(),
                request.target().port(),
                request.tlsName().orElse(""));
    }

    private static Optional<EgressRequest> redirected(
            EgressRequest request, EgressResponse response) {
        String scheme = request.tlsName().isPresent() ? "https" : "http";
        try {
            URI base = new URI(scheme + "://" + request.hostHeader() + request.path());
            URI next = base.resolve(new URI(response.headers().first("Location").orElse("")));
            boolean secure = "https".equals(next.getScheme());
            // From TLS to plain HTTP is no redirect to follow.
            if (next.getHost() == null
                    || !(secure || ("http".equals(next.getScheme()) && scheme.equals("http")))) {
                return Optional.empty();
            }
            int port = next.getPort() > 0 ? next.getPort() : secure ? 443 : 80;
            String path = next.getRawPath().isEmpty() ? "/" : next.getRawPath();
            String query = next.getRawQuery() == null ? "" : "?" + next.getRawQuery();
            return Optional.of(new EgressRequest(
                    request.egressClass(),
                    next.getHost(),
                    request.room(),
                    new Target.Named(next.getHost(), port),
                    secure ? Optional.of(next.getHost()) : Optional.empty(),
                    next.getRawAuthority(),
                    request.method(),
                    path + query,
                    request.headers().without("Authorization"),
                    request.body(),
                    request.deadline(),
                    request.responseBytesMax(),
                    request.redirectsMax()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String reason(IOException failure) {
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return failure instanceof SSLException ? "TLS failed: " + message : message;
    }

    private void sweep() {
        try {
            while (true) {
                Thread.sleep(SWEEP_INTERVAL);
                pool.sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        sweeper.interrupt();
        pool.close();
    }
}
