package im.holm.platform.http;

import im.holm.platform.db.Outage;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.error.ProblemRendering;

import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Takes a request from the server, finds its route, asks the handler and sends the answer. One for
/// a listener.
final class Exchange {
    /// The key of the request id in log lines.
    static final String MDC_REQUEST = "request";

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final long UNAVAILABLE_RETRY_MS = 2_000;
    private static final int WHOLE_BYTES_MAX = 256 * 1024;

    private final ListenerOptions options;
    private final Router router;
    private final RequestLog log;
    private final Peers peers;
    private final Semaphore places;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean draining;

    Exchange(ListenerOptions options, Router router, RequestLog log) {
        this.options = options;
        this.router = router;
        this.log = log;
        this.peers = new Peers(options.trustedProxies());
        this.places = new Semaphore(options.limits().requestsMax());
    }

    /// From now on new requests are answered 503.
    void drain() {
        draining = true;
    }

    int inFlight() {
        return inFlight.get();
    }

    void serve(ServerRequest request, ServerResponse response) {
        long started = System.nanoTime();
        String requestId = RequestIds.next();
        GuardedConnection connection = GuardedConnection.CURRENT.get();
        MDC.put(MDC_REQUEST, requestId);
        inFlight.incrementAndGet();
        try {
            connection.input().source().bodyStarts();
            Incoming incoming = Incoming.of(request, peers, requestId);
            Outcome outcome = answer(incoming, request, connection);
            boolean closes = outcome.closes() || draining;
            try {
                send(incoming, outcome.response(), response, closes);
            } catch (UncheckedIOException | RequestException broken) {
                throw new CloseConnectionException("the client does not take the answer", broken);
            }
            log.served(
                    incoming,
                    outcome.route(),
                    outcome.response().status(),
                    System.nanoTime() - started);
            connection.input().source().requestEnds(connection.input().available() > 0);
            if (closes) {
                connection.lingerBeforeClosing();
                throw new CloseConnectionException("the answer ends the connection");
            }
        } finally {
            inFlight.decrementAndGet();
            MDC.remove(MDC_REQUEST);
        }
    }

    /// @param route nothing when the path is unknown
    /// @param closes whether a body was left unread, so that the connection cannot go on
    private record Outcome(Optional<Route> route, Response response, boolean closes) {}

    private Outcome answer(Incoming incoming, ServerRequest request, GuardedConnection connection) {
        if (incoming.hasAmbiguousLength()) {
            Problem problem =
                    Problem.of(ErrorCode.BAD_REQUEST, "The request's length is ambiguous");
            return new Outcome(Optional.empty(), Response.of(problem), true);
        }
        if (options.cors() && incoming.methodText().equals("OPTIONS")) {
            return unrouted(incoming, Response.noContent());
        }
        return switch (router.find(incoming.method(), incoming.rawPath())) {
            case Router.Match.Found(Route route, Map<String, String> path) ->
                routed(route, path, incoming, request, connection);
            case Router.Match.WrongMethod(var allowed) ->
                unrouted(
                        incoming,
                        Response.of(Problem.of(
                                        ErrorCode.METHOD_NOT_ALLOWED,
                                        incoming.methodText() + " is not possible here"))
                                .with(
                                        "Allow",
                                        String.join(
                                                ", ",
                                                allowed.stream().map(Enum::name).toList())));
            case Router.Match.UnknownPath _ ->
                unrouted(incoming, Response.of(Problem.of(ErrorCode.UNRECOGNIZED)));
            case Router.Match.Malformed _ ->
                unrouted(
                        incoming,
                        Response.of(Problem.of(
                                ErrorCode.INVALID_PARAM, "The path holds a malformed escape")));
        };
    }

    private static Outcome unrouted(Incoming incoming, Response response) {
        return new Outcome(Optional.empty(), response, incoming.hasBody());
    }

    private Outcome routed(
            Route route,
            Map<String, String> path,
            Incoming incoming,
            ServerRequest request,
            GuardedConnection connection) {
        Optional<Route> found = Optional.of(route);
        boolean counted = !route.longPoll();
        if (draining || (counted && !places.tryAcquire())) {
            return new Outcome(found, unavailable(), incoming.hasBody());
        }
        try {
            if (incoming.contentLength() > route.bodyBytesMax()) {
                return new Outcome(found, tooLarge(route), true);
            }
            connection.input().bodyBytesMax(route.bodyBytesMax());
            InputStream stream = incoming.hasBody()
                    ? new BoundedStream(request.content().inputStream(), route.bodyBytesMax())
                    : InputStream.nullInputStream();
            byte[] body = route.streams() ? new byte[0] : stream.readAllBytes();
            Response response =
                    route.handler().handle(incoming.request(route, path, body, stream, connection));
            boolean unread =
                    route.streams() && incoming.hasBody() && !((BoundedStream) stream).atEnd();
            return new Outcome(found, response, unread);
        } catch (IOException | RuntimeException | StackOverflowError failure) {
            return failed(route, incoming, failure);
        } finally {
            if (counted) {
                places.release();
            }
        }
    }

    private static Outcome failed(Route route, Incoming incoming, Throwable failure) {
        Optional<Route> found = Optional.of(route);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case BodyTooLargeException _ -> {
                    return new Outcome(found, tooLarge(route), true);
                }
                case SlowClientException _ -> {
                    Problem slow = Problem.of(ErrorCode.REQUEST_TIMEOUT);
                    return new Outcome(found, Response.of(slow), true);
                }
                case MalformedBodyException _ -> {
                    Problem bad = Problem.of(
                            ErrorCode.BAD_REQUEST,
                            "The body ends early, or its chunks are malformed");
                    return new Outcome(found, Response.of(bad), true);
                }
                case RequestException bad -> {
                    return new Outcome(found, DirectAnswers.of(bad), true);
                }
                case Throwable down
                when Outage.is(down) -> {
                    LOG.warn(
                            "{} {}: the database is not usable: {}",
                            incoming.methodText(),
                            route.path(),
                            down.getMessage());
                    return new Outcome(found, unavailable(), incoming.hasBody());
                }
                case CloseConnectionException gone -> throw gone;
                case Throwable _ -> {}
            }
        }
        LOG.error("{} {} failed", incoming.methodText(), route.path(), failure);
        Problem internal = Problem.of(
                ErrorCode.UNKNOWN, "Internal error; the request id is " + incoming.requestId());
        return new Outcome(found, Response.of(internal), incoming.hasBody());
    }

    private static Response unavailable() {
        return Response.of(Problem.retryLater(
                ErrorCode.UNAVAILABLE, ErrorCode.UNAVAILABLE.description(), UNAVAILABLE_RETRY_MS));
    }

    private static Response tooLarge(Route route) {
        return Response.of(Problem.of(
                ErrorCode.TOO_LARGE, "The body is larger than " + route.bodyBytesMax() + " bytes"));
    }

    private void send(Incoming incoming, Response answer, ServerResponse response, boolean closes) {
        response.status(Status.create(answer.status()));
        CommonHeaders.of(options.cors(), incoming.requestId())
                .forEach((name, value) -> response.header(HeaderNames.create(name), value));
        answer.headers()
                .asMap()
                .forEach((name, values) ->
                        response.header(HeaderNames.create(name), values.toArray(String[]::new)));
        if (closes) {
            response.header(HeaderNames.CONNECTION, "close");
        }
        boolean head = incoming.methodText().equals("HEAD");
        switch (answer.body()) {
            case Response.Body.Bytes(List<byte[]> parts) -> sendBytes(response, parts, head);
            case Response.Body.Failure(Problem problem) -> {
                ProblemRendering rendering = ProblemRendering.ofPath(incoming.rawPath());
                response.header(HeaderNames.CONTENT_TYPE, rendering.contentType());
                CommonHeaders.retryAfter(problem)
                        .ifPresent(seconds ->
                                response.header(HeaderNames.create("Retry-After"), seconds));
                sendBytes(response, List.of(rendering.bytes(problem)), head);
            }
            case Response.Body.Stream stream -> sendStream(response, stream, head);
        }
    }

    private static void sendBytes(ServerResponse response, List<byte[]> parts, boolean head) {
        int length = parts.stream().mapToInt(part -> part.length).sum();
        if (head) {
            response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(length));
            response.send();
        } else if (parts.size() == 1) {
            response.send(parts.getFirst());
        } else if (length <= WHOLE_BYTES_MAX) {
            response.send(Bytes.concat(parts, length));
        } else {
            response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(length));
            write(response, out -> {
                for (byte[] part : parts) {
                    out.write(part);
                }
            });
        }
    }

    private static void sendStream(
            ServerResponse response, Response.Body.Stream stream, boolean head) {
        stream.length()
                .ifPresent(length ->
                        response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(length)));
        if (head) {
            response.send();
        } else {
            write(response, stream.writer());
        }
    }

    private static void write(ServerResponse response, Response.Writer writer) {
        try (OutputStream out = response.outputStream()) {
            writer.writeTo(out);
        } catch (IOException e) {
            throw new CloseConnectionException("the answer broke off", new UncheckedIOException(e));
        }
    }
}
