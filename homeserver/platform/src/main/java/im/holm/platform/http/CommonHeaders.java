package im.holm.platform.http;

import im.holm.platform.error.Problem;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The headers that every answer has, an error of the server itself included.
final class CommonHeaders {
    static final String REQUEST_ID = "X-Request-Id";

    /// Client-server API, "Web Browser Clients": on every answer, whatever was asked.
    private static final Map<String, String> CORS = Map.of(
            "Access-Control-Allow-Origin", "*",
            "Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
            "Access-Control-Allow-Headers",
                    "X-Requested-With, Content-Type, Authorization, Idempotency-Key",
            "Access-Control-Expose-Headers", "Retry-After, X-Request-Id",
            "Access-Control-Max-Age", "86400");

    private CommonHeaders() {}

    static Map<String, String> of(boolean cors, String requestId) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(REQUEST_ID, requestId);
        if (cors) {
            headers.putAll(CORS);
        }
        return headers;
    }

    /// Whole seconds, rounded up.
    static Optional<String> retryAfter(Problem problem) {
        return problem.retryAfterMs().isPresent()
                ? Optional.of(String.valueOf(
                        Math.max(1, Math.ceilDiv(problem.retryAfterMs().getAsLong(), 1000L))))
                : Optional.empty();
    }
}
