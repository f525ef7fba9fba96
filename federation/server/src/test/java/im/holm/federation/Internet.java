package im.holm.federation;

import im.holm.platform.egress.Egress;
import im.holm.platform.egress.EgressOutcome;
import im.holm.platform.egress.EgressRequest;
import im.holm.platform.egress.EgressResponse;
import im.holm.platform.egress.IpLiteral;
import im.holm.platform.egress.Resolver;
import im.holm.platform.egress.Target;
import im.holm.platform.http.Headers;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// An internet of one process: sites by `host:port`, SRV records by name, and every request kept.
public final class Internet implements Egress, Resolver {
    private final Map<String, Function<EgressRequest, EgressOutcome>> sites =
            new ConcurrentHashMap<>();
    private final Map<String, Answer<Srv>> services = new ConcurrentHashMap<>();
    private final List<EgressRequest> requests = new CopyOnWriteArrayList<>();

    public void site(String hostAndPort, Function<EgressRequest, EgressOutcome> site) {
        sites.put(hostAndPort, site);
    }

    public void noSite(String hostAndPort) {
        sites.remove(hostAndPort);
    }

    public void service(String name, Answer<Srv> answer) {
        services.put(name, answer);
    }

    public List<EgressRequest> requests() {
        return List.copyOf(requests);
    }

    /// Requests whose path starts so.
    public List<EgressRequest> requests(String path) {
        return requests.stream().filter(each -> each.path().startsWith(path)).toList();
    }

    public static EgressOutcome json(String body) {
        return json(200, body, Headers.empty());
    }

    public static EgressOutcome json(int status, String body, Headers headers) {
        return new EgressOutcome.Answered(
                new EgressResponse(status, headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public EgressOutcome send(EgressRequest request) {
        requests.add(request);
        String place = switch (request.target()) {
            case Target.Named(String host, int port) -> host + ":" + port;
            case Target.Pinned(List<InetAddress> addresses, int port) ->
                addresses.getFirst().getHostAddress() + ":" + port;
        };
        var site = sites.get(place);
        if (site == null) {
            return new EgressOutcome.Unreachable("nobody listens at " + place, false);
        }
        EgressOutcome outcome = site.apply(request);
        return outcome instanceof EgressOutcome.Answered(EgressResponse answer)
                        && answer.body().length > request.responseBytesMax()
                ? new EgressOutcome.TooLarge(request.responseBytesMax())
                : outcome;
    }

    @Override
    public Answer<InetAddress> addresses(String host) {
        Optional<InetAddress> literal = IpLiteral.parse(host);
        return literal.isPresent()
                ? new Answer.Found<>(List.of(literal.get()))
                : new Answer.None<>();
    }

    @Override
    public Answer<Srv> services(String name) {
        return services.getOrDefault(name, new Answer.None<>());
    }
}
