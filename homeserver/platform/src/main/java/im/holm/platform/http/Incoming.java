package im.holm.platform.http;

import io.helidon.webserver.http.ServerRequest;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A request as the server has read it, before a route is known.
///
/// @param rawPath as sent, still encoded
/// @param contentLength -1 when unknown
record Incoming(
        String methodText,
        Optional<Method> method,
        String rawPath,
        String rawQuery,
        Headers headers,
        Remote remote,
        long contentLength,
        boolean chunked,
        String requestId) {
    static Incoming of(ServerRequest request, Peers peers, String requestId) {
        Headers headers = headers(request);
        String method = request.prologue().method().text();
        return new Incoming(
                method,
                Method.parse(method),
                request.prologue().uriPath().rawPath(),
                request.prologue().query().rawValue(),
                headers,
                peers.remote(request.remotePeer().address(), request.isSecure(), headers),
                headers.first("Content-Length").flatMap(Incoming::length).orElse(-1L),
                headers.has("Transfer-Encoding"),
                requestId);
    }

    boolean hasBody() {
        return chunked || contentLength > 0;
    }

    /// Two ways to say where the body ends are how requests are smuggled past proxies (RFC
    /// 9112, 6.1 and 11.2).
    boolean hasAmbiguousLength() {
        List<String> lengths = headers.all("Content-Length");
        List<String> encodings = headers.all("Transfer-Encoding");
        return lengths.size() > 1
                || (lengths.size() == 1 && contentLength < 0)
                || (!encodings.isEmpty() && !encodings.equals(List.of("chunked")))
                || (!lengths.isEmpty() && !encodings.isEmpty());
    }

    Request request(
            Route route,
            Map<String, String> path,
            byte[] body,
            InputStream stream,
            GuardedConnection connection) {
        return new Request(
                method.orElseThrow(),
                rawQuery.isEmpty() ? rawPath : rawPath + "?" + rawQuery,
                path,
                Query.parse(rawQuery),
                headers,
                remote,
                body,
                stream,
                requestId,
                route.streams() && hasBody()
                        ? Connection.STAYS
                        : connection.input().source()::onDisconnect,
                Map.of());
    }

    private static Headers headers(ServerRequest request) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        request.headers()
                .forEach(header -> fields.computeIfAbsent(header.name(), _ -> new ArrayList<>())
                        .addAll(header.allValues()));
        return Headers.copyOf(fields);
    }

    private static Optional<Long> length(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
