package im.holm.slice;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.slice.Fields.Flaw;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// Reads an untrusted request's path and query, typed, in the manner of [Fields]: the first flaw is
/// remembered, and is `M_INVALID_PARAM` or, for a query parameter that must be there,
/// `M_MISSING_PARAM`.
public final class Parameters {

    private static final int DECIMAL_CHARS_MAX = 18;

    private final Request request;
    private final Flaw flaw;

    Parameters(Request request, Flaw flaw) {
        this.request = request;
        this.flaw = flaw;
    }

    public static Parameters of(Request request) {
        return new Parameters(request, new Flaw());
    }

    public boolean failed() {
        return flaw.first().isPresent();
    }

    public Optional<Problem> problem() {
        return flaw.first();
    }

    /// The answer that tells what was wrong.
    ///
    /// @throws IllegalStateException if nothing was
    public Response failure() {
        return Response.of(
                flaw.first().orElseThrow(() -> new IllegalStateException("nothing is wrong")));
    }

    /// Records a flaw that only the caller can see.
    public void refuse(ErrorCode code, String message) {
        flaw.found(code, message);
    }

    /// An id in the path; empty only if that was a flaw.
    public <T> Optional<T> path(String name, Function<String, Optional<T>> parse) {
        return parsed(name, request.param(name), parse);
    }

    /// A string in the path, of at most `maxBytes` of UTF-8, without NUL, which PostgreSQL's
    /// texts cannot hold.
    public String path(String name, int maxBytes) {
        String text = request.param(name);
        if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            flaw.found(
                    ErrorCode.INVALID_PARAM,
                    "'" + name + "' is longer than " + maxBytes + " bytes");
        }
        if (text.indexOf('\0') >= 0) {
            flaw.found(ErrorCode.INVALID_PARAM, "'" + name + "' holds a NUL");
        }
        return text;
    }

    public Optional<String> query(String name) {
        return request.query().first(name);
    }

    public <T> Optional<T> query(String name, Function<String, Optional<T>> parse) {
        return query(name).flatMap(text -> parsed(name, text, parse));
    }

    /// A query parameter that must be there; empty only if that was a flaw.
    public <T> Optional<T> requiredQuery(String name, Function<String, Optional<T>> parse) {
        if (query(name).isEmpty()) {
            flaw.found(ErrorCode.MISSING_PARAM, "'" + name + "' is missing");
        }
        return query(name, parse);
    }

    /// `true` or `false`; `otherwise` if absent.
    public boolean bool(String name, boolean otherwise) {
        Optional<String> text = query(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.get().equals("true") && !text.get().equals("false")) {
            flaw.found(ErrorCode.INVALID_PARAM, "'" + name + "' is neither true nor false");
        }
        return text.get().equals("true");
    }

    /// An integer that may not be below `min`; above `max` it counts as `max`, since a server
    /// may always give less than was asked for.
    public OptionalLong integer(String name, long min, long max) {
        Optional<String> text = query(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong value = decimal(text.get());
        if (value.isEmpty() || value.getAsLong() < min) {
            flaw.found(
                    ErrorCode.INVALID_PARAM, "'" + name + "' is not an integer of at least " + min);
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.min(max, value.getAsLong()));
    }

    private static OptionalLong decimal(String text) {
        int from = text.startsWith("-") ? 1 : 0;
        if (text.length() == from || text.length() > DECIMAL_CHARS_MAX) {
            return OptionalLong.empty();
        }
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private <T> Optional<T> parsed(String name, String text, Function<String, Optional<T>> parse) {
        Optional<T> value = parse.apply(text);
        if (value.isEmpty()) {
            flaw.found(ErrorCode.INVALID_PARAM, "'" + name + "' is not valid");
        }
        return value;
    }
}
