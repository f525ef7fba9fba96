package im.holm.platform.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/// One request, with its route's path already taken apart.
///
/// @param target path and query exactly as sent: what `X-Matrix` signatures cover
/// @param path the decoded parameters of the route's template
/// @param body the whole body, at most the route's maximum; empty when the route streams
/// @param bodyStream the body as a stream; reading past the route's maximum throws
/// [BodyTooLargeException]
/// @param requestId the id in `X-Request-Id` and in every log line of this request
/// @param attributes what earlier layers have attached
public record Request(
        Method method,
        String target,
        Map<String, String> path,
        Query query,
        Headers headers,
        Remote remote,
        byte[] body,
        InputStream bodyStream,
        String requestId,
        Connection connection,
        Map<Attribute<?>, Object> attributes) {
    /// A request made by hand, for tests: `target` may carry a query.
    public static Request of(Method method, String target, Map<String, String> path, byte[] body) {
        int mark = target.indexOf('?');
        return new Request(
                method,
                target,
                Map.copyOf(path),
                mark < 0 ? Query.empty() : Query.parse(target.substring(mark + 1)),
                Headers.empty(),
                Remote.LOOPBACK,
                body,
                new ByteArrayInputStream(body),
                "test",
                Connection.STAYS,
                Map.of());
    }

    /// A parameter of the path; the route's template must name it.
    public String param(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route's path has no {" + name + "}");
        }
        return value;
    }

    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /// What an earlier layer attached under this attribute.
    public <T> Optional<T> attribute(Attribute<T> attribute) {
        Object value = attributes.get(attribute);
        return value == null ? Optional.empty() : Optional.of(attribute.cast(value));
    }

    /// The same request with something attached for the next layer.
    public <T> Request with(Attribute<T> attribute, T value) {
        Map<Attribute<?>, Object> more = new IdentityHashMap<>(attributes);
        more.put(attribute, value);
        return new Request(
                method,
                target,
                path,
                query,
                headers,
                remote,
                body,
                bodyStream,
                requestId,
                connection,
                java.util.Collections.unmodifiableMap(more));
    }

    /// The same request with other headers.
    public Request with(Headers other) {
        return new Request(
                method,
                target,
                path,
                query,
                other,
                remote,
                body,
                bodyStream,
                requestId,
                connection,
                attributes);
    }
}
