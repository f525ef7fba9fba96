package im.holm.platform.http;

import java.util.Optional;

/// An HTTP method that a route can take. HEAD and OPTIONS are answered by the router itself.
public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE,
    OPTIONS;

    /// Reads a method from a request line; methods are case-sensitive (RFC 9110, 9.1).
    static Optional<Method> parse(String text) {
        for (Method method : values()) {
            if (method.name().equals(text)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
