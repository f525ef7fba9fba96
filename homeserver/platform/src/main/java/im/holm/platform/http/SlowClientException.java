package im.holm.platform.http;

/// A body does not come, or too slowly; becomes 408.
final class SlowClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SlowClientException() {
        super("the body did not arrive in time", null, false, false);
    }
}
