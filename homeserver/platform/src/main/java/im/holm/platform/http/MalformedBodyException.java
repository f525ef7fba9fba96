package im.holm.platform.http;

import java.io.IOException;

/// A body that ends early, or whose chunks do not follow RFC 9112, 7.1; uncaught it becomes 400
/// `M_UNKNOWN`.
final class MalformedBodyException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedBodyException(RuntimeException cause) {
        super("the body ends early or its chunks are malformed", cause);
    }
}
