package im.holm.platform.http;

/// One operation of an HTTP API.
///
/// @param operationId the name in the specification, such as `sendMessage`; unique among the routes
/// of a listener
/// @param specVersion where it is specified, such as `v1.19`, or empty for what is ours alone
/// @param bodyBytesMax a larger body is answered 413 `M_TOO_LARGE` before the handler is asked
/// @param longPoll whether the handler may wait on purpose: such requests never count as slow
/// @param streams whether the handler reads [Request#bodyStream()] itself instead of getting the
/// body whole
public record Route(
        Method method,
        PathTemplate path,
        String operationId,
        String specVersion,
        long bodyBytesMax,
        boolean longPoll,
        boolean streams,
        Handler handler) {
    /// How large a body may be where a route says nothing else: 1 MiB.
    public static final long BODY_BYTES_MAX = 1024 * 1024;

    public Route {
        if (method == Method.HEAD || method == Method.OPTIONS) {
            throw new IllegalArgumentException("the router answers " + method + " itself");
        }
        if (operationId.isBlank() || bodyBytesMax < 0) {
            throw new IllegalArgumentException("not a route: " + method + " " + path);
        }
        if (!streams && bodyBytesMax > 64 * BODY_BYTES_MAX) {
            throw new IllegalArgumentException("a body this large must be streamed: " + path);
        }
    }

    public static Route of(Method method, String path, String operationId, Handler handler) {
        return new Route(
                method,
                new PathTemplate(path),
                operationId,
                "",
                BODY_BYTES_MAX,
                false,
                false,
                handler);
    }

    public static Route get(String path, String operationId, Handler handler) {
        return of(Method.GET, path, operationId, handler);
    }

    public static Route post(String path, String operationId, Handler handler) {
        return of(Method.POST, path, operationId, handler);
    }

    public static Route put(String path, String operationId, Handler handler) {
        return of(Method.PUT, path, operationId, handler);
    }

    public static Route delete(String path, String operationId, Handler handler) {
        return of(Method.DELETE, path, operationId, handler);
    }

    public Route withSpecVersion(String version) {
        return new Route(
                method, path, operationId, version, bodyBytesMax, longPoll, streams, handler);
    }

    public Route withBodyBytesMax(long bytes) {
        return new Route(method, path, operationId, specVersion, bytes, longPoll, streams, handler);
    }

    /// The same operation at another path, such as an older version of the API.
    public Route at(String otherPath, String otherOperationId) {
        return new Route(
                method,
                new PathTemplate(otherPath),
                otherOperationId,
                specVersion,
                bodyBytesMax,
                longPoll,
                streams,
                handler);
    }

    /// The handler may wait on purpose.
    public Route longPolling() {
        return new Route(
                method, path, operationId, specVersion, bodyBytesMax, true, streams, handler);
    }

    /// The handler reads the body as a stream, of at most this many bytes.
    public Route streaming(long bytesMax) {
        return new Route(method, path, operationId, specVersion, bytesMax, longPoll, true, handler);
    }

    /// The same route around another handler: how a slice puts authentication before it.
    public Route withHandler(Handler other) {
        return new Route(
                method, path, operationId, specVersion, bodyBytesMax, longPoll, streams, other);
    }
}
