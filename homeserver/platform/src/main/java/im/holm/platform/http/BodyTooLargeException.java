package im.holm.platform.http;

import java.io.IOException;

/// A streamed body went over its route's maximum; uncaught it becomes 413 `M_TOO_LARGE`.
public final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    public BodyTooLargeException(long bytesMax) {
        super("the body is larger than " + bytesMax + " bytes");
    }
}
