package im.holm.platform.error;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;

/// How a [Problem] looks on each API.
public enum ProblemRendering {
    /// `{"errcode", "error", ...}` (client-server API, "Standard error response").
    MATRIX("application/json") {
        @Override
        public JsonObject json(Problem problem) {
            JsonObject.Builder object = JsonObject.builder()
                    .putAll(problem.extra())
                    .put("errcode", problem.code().errcode())
                    .put("error", problem.message());
            problem.retryAfterMs().ifPresent(ms -> object.put("retry_after_ms", ms));
            return object.build();
        }
    },
    /// Problem details (RFC 9457) with `errcode` beside them: everything under `/v1`.
    PROBLEM_DETAILS("application/problem+json") {
        @Override
        public JsonObject json(Problem problem) {
            ErrorCode code = problem.code();
            JsonObject.Builder object = JsonObject.builder()
                    .putAll(problem.extra())
                    .put("type", code.typeUri())
                    .put("title", code.description())
                    .put("status", code.status())
                    .put("detail", problem.message())
                    .put("errcode", code.errcode());
            problem.retryAfterMs().ifPresent(ms -> object.put("retry_after_ms", ms));
            return object.build();
        }
    };

    private final String contentType;

    ProblemRendering(String contentType) {
        this.contentType = contentType;
    }

    /// The rendering that belongs to a request path: problem details on the Messenger API,
    /// Matrix everywhere else.
    public static ProblemRendering ofPath(String path) {
        return path.equals("/v1") || path.startsWith("/v1/") ? PROBLEM_DETAILS : MATRIX;
    }

    public abstract JsonObject json(Problem problem);

    public byte[] bytes(Problem problem) {
        return JsonWriter.write(json(problem));
    }

    public String contentType() {
        return contentType;
    }
}
