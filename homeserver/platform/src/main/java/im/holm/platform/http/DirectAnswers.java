package im.holm.platform.http;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.error.ProblemRendering;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/// How requests are answered that the server could not even read: with the same JSON and headers as
/// all others.
final class DirectAnswers implements DirectHandler {
    /// What the server's parser says, for want of a status.
    private static final String HEADERS_TOO_LARGE = "Header size exceeded";

    private final ListenerOptions options;

    private DirectAnswers(ListenerOptions options) {
        this.options = options;
    }

    static DirectHandlers all(ListenerOptions options) {
        DirectAnswers answers = new DirectAnswers(options);
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, answers);
        }
        return handlers.build();
    }

    /// The same for an exception that came up while a body was read.
    static Response of(RequestException failure) {
        return Response.of(problem(failure.status(), failure.getMessage()));
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders given,
            String message) {
        Problem problem = problem(status, message);
        ProblemRendering rendering =
                ProblemRendering.ofPath(request.path() == null ? "" : request.path());
        TransportResponse.Builder response = TransportResponse.builder()
                .status(Status.create(problem.code().status()))
                .keepAlive(false);
        CommonHeaders.of(options.cors(), RequestIds.next())
                .forEach((name, value) -> response.header(HeaderNames.create(name), value));
        return response.header(HeaderNames.CONTENT_TYPE, rendering.contentType())
                .entity(rendering.bytes(problem))
                .build();
    }

    private static Problem problem(Status status, String message) {
        if (HEADERS_TOO_LARGE.equals(message)) {
            return Problem.of(ErrorCode.HEADERS_TOO_LARGE);
        }
        return Problem.of(
                switch (status.code()) {
                    case 404 -> ErrorCode.UNRECOGNIZED;
                    case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
                    case 408 -> ErrorCode.REQUEST_TIMEOUT;
                    case 413 -> ErrorCode.TOO_LARGE;
                    case 414 -> ErrorCode.URI_TOO_LONG;
                    case 431 -> ErrorCode.HEADERS_TOO_LARGE;
                    case 503 -> ErrorCode.UNAVAILABLE;
                    case 505 -> ErrorCode.HTTP_VERSION;
                    default -> status.code() >= 500 ? ErrorCode.UNKNOWN : ErrorCode.BAD_REQUEST;
                });
    }
}
