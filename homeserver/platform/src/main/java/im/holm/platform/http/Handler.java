package im.holm.platform.http;

/// Answers one request, on a virtual thread of its own: it may block.
///
/// Expected failures are answers ([Response#of(im.holm.platform.error.Problem)]); an exception is a
/// bug or broken infrastructure and becomes 500 `M_UNKNOWN` that names only the request id.
@FunctionalInterface
public interface Handler {
    Response handle(Request request);
}
