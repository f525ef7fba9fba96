package im.holm.slice.assembly;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.slice.CallerSource;

import java.util.List;
import java.util.Optional;

/// Finds out who calls: asks every [CallerSource] in turn.
public final class Authentication implements CallerSource {

    private static final String BEARER = "Bearer ";

    /// A longer token is nobody's.
    private static final int TOKEN_MAX_CHARS = 4096;

    private final List<CallerSource> sources;

    public Authentication(List<CallerSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /// The caller of a request: `Authorization: Bearer`, or the deprecated `access_token` in
    /// the query (client-server API, "Using access tokens"). Never `Unknown`.
    Recognition of(Request request) {
        return token(request)
                .map(this::recognize)
                .orElseGet(() -> new Recognition.Refused(Problem.of(ErrorCode.MISSING_TOKEN)));
    }

    /// The caller whom a token stands for. Never `Unknown`.
    @Override
    public Recognition recognize(String token) {
        if (token.length() <= TOKEN_MAX_CHARS) {
            for (CallerSource source : sources) {
                Recognition recognition = source.recognize(token);
                if (!(recognition instanceof Recognition.Unknown)) {
                    return recognition;
                }
            }
        }
        return new Recognition.Refused(Problem.of(ErrorCode.UNKNOWN_TOKEN));
    }

    private static Optional<String> token(Request request) {
        Optional<String> header = request.header("Authorization");
        if (header.isEmpty()) {
            return request.query().first("access_token");
        }
        String value = header.get();
        return value.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(value.substring(BEARER.length()).trim())
                : Optional.empty();
    }
}
