package im.holm.slice.assembly;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.slice.Caller;
import im.holm.slice.CallerSource;
import im.holm.slice.CallerSource.Recognition;
import java.util.List;
import java.util.Optional;

/// Finds out who calls: asks every [CallerSource] in turn.
public final class Authentication {

    private static final String BEARER = "Bearer ";

    /// A longer token is nobody's.
    private static final int TOKEN_MAX_CHARS = 4096;

    private final List<CallerSource> sources;

    public Authentication(List<CallerSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /// The caller of a request: `Authorization: Bearer`, or the deprecated `access_token` in the query (client-server API,
    /// "Using access tokens").
    Result of(Request request) {
        Optional<String> token = token(request);
        return token.isEmpty()
                ? new Result.Refused(Problem.of(ErrorCode.MISSING_TOKEN))
                : ofToken(token.get());
    }

    /// The caller whom a token stands for.
    public Result ofToken(String token) {
        if (token.length() <= TOKEN_MAX_CHARS) {
            for (CallerSource source : sources) {
                switch (source.recognize(token)) {
                    case Recognition.Known known -> {
                        return new Result.Known(known.caller());
                    }
                    case Recognition.Refused refused -> {
                        return new Result.Refused(refused.problem());
                    }
                    case Recognition.Unknown _ -> {}
                }
            }
        }
        return new Result.Refused(Problem.of(ErrorCode.UNKNOWN_TOKEN));
    }

    private static Optional<String> token(Request request) {
        Optional<String> header = request.header("Authorization");
        if (header.isPresent()) {
            String value = header.get();
            return value.regionMatches(true, 0, BEARER, 0, BEARER.length())
                    ? Optional.of(value.substring(BEARER.length()).trim())
                    : Optional.empty();
        }
        return request.query().first("access_token");
    }

    public sealed interface Result {
        record Known(Caller caller) implements Result {}

        record Refused(Problem problem) implements Result {}
    }
}
