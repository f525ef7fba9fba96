package im.holm.platform.egress;

import im.holm.platform.http.Headers;
import im.holm.protocol.id.RoomId;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// One outgoing HTTP request.
///
/// @param destination for policy, metrics' logs and the concurrency bound: the server name or host
/// it is for
/// @param room the room whose data it carries, when it carries one room's
/// @param tlsName the name in SNI and on the certificate (an IP literal is checked but not sent);
/// empty: plain HTTP
/// @param hostHeader the `Host` header
/// @param path path and query, encoded; starts with a slash
/// @param headers further headers; `Host`, `Content-Length`, `Connection` are set here
/// @param body empty: no body (but `Content-Length: 0` for POST and PUT)
/// @param deadline for all of it: waiting for a place, connecting, sending, reading
/// @param responseBytesMax a longer answer is [EgressOutcome.TooLarge]
/// @param redirectsMax how many redirects are followed (GET and HEAD only, every hop checked anew);
/// 0: none
public record EgressRequest(
        EgressClass egressClass,
        String destination,
        Optional<RoomId> room,
        Target target,
        Optional<String> tlsName,
        String hostHeader,
        String method,
        String path,
        Headers headers,
        byte[] body,
        Duration deadline,
        long responseBytesMax,
        int redirectsMax) {
    /// 64 MiB: state of the largest rooms over federation.
    public static final long RESPONSE_BYTES_MAX = 64L * 1024 * 1024;

    public static final int REDIRECTS_MAX = 10;

    private static final byte[] NOTHING = {};

    public EgressRequest {
        if (!method.matches("[A-Z]{1,16}") || !path.startsWith("/") || !isVisibleAscii(path)) {
            throw new IllegalArgumentException("not a request line: " + method + " " + path);
        }
        if (redirectsMax < 0
                || redirectsMax > REDIRECTS_MAX
                || deadline.toMillis() < 1
                || responseBytesMax < 0) {
            throw new IllegalArgumentException("a limit is out of range");
        }
    }

    /// A request to a host that is resolved here; `https` or `http` by the flag.
    public static EgressRequest to(
            EgressClass egressClass,
            boolean tls,
            String host,
            int port,
            String method,
            String path) {
        boolean usual = port == (tls ? 443 : 80);
        return new EgressRequest(
                egressClass,
                host,
                Optional.empty(),
                new Target.Named(host, port),
                tls ? Optional.of(host) : Optional.empty(),
                usual ? host : host + ":" + port,
                method,
                path,
                Headers.empty(),
                NOTHING,
                Duration.ofSeconds(30),
                RESPONSE_BYTES_MAX,
                0);
    }

    public EgressRequest withDestination(String name) {
        return with(draft -> draft.destination = name.toLowerCase(Locale.ROOT));
    }

    public EgressRequest withRoom(RoomId id) {
        return with(draft -> draft.room = Optional.of(id));
    }

    /// Connects to this target, while name and `Host` stay.
    public EgressRequest withTarget(Target other) {
        return with(draft -> draft.target = other);
    }

    public EgressRequest withHostHeader(String host) {
        return with(draft -> draft.hostHeader = host);
    }

    public EgressRequest withTlsName(String name) {
        return with(draft -> draft.tlsName = Optional.of(name));
    }

    public EgressRequest withHeader(String name, String value) {
        return with(draft -> draft.headers = headers.with(name, value));
    }

    public EgressRequest withBody(String contentType, byte[] bytes) {
        return with(draft -> {
            draft.headers = headers.with("Content-Type", contentType);
            draft.body = bytes;
        });
    }

    public EgressRequest withDeadline(Duration total) {
        return with(draft -> draft.deadline = total);
    }

    public EgressRequest withResponseBytesMax(long bytes) {
        return with(draft -> draft.responseBytesMax = bytes);
    }

    public EgressRequest followingRedirects(int max) {
        return with(draft -> draft.redirectsMax = max);
    }

    private EgressRequest with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /// A request while something of it is replaced.
    private static final class Draft {
        private final EgressClass egressClass;
        private final String method;
        private String destination;
        private Optional<RoomId> room;
        private Target target;
        private Optional<String> tlsName;
        private String hostHeader;
        private String path;
        private Headers headers;
        private byte[] body;
        private Duration deadline;
        private long responseBytesMax;
        private int redirectsMax;

        private Draft(EgressRequest request) {
            egressClass = request.egressClass;
            method = request.method;
            destination = request.destination;
            room = request.room;
            target = request.target;
            tlsName = request.tlsName;
            hostHeader = request.hostHeader;
            path = request.path;
            headers = request.headers;
            body = request.body;
            deadline = request.deadline;
            responseBytesMax = request.responseBytesMax;
            redirectsMax = request.redirectsMax;
        }

        private EgressRequest done() {
            return new EgressRequest(
                    egressClass,
                    destination,
                    room,
                    target,
                    tlsName,
                    hostHeader,
                    method,
                    path,
                    headers,
                    body,
                    deadline,
                    responseBytesMax,
                    redirectsMax);
        }
    }

    private static boolean isVisibleAscii(String text) {
        return text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    }
}
