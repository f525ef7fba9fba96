package im.holm.messenger;

/// Why the gateway closes a connection: codes of the range that is free for applications (RFC
/// 6455, section 7.4.2).
enum GatewayClose {
    /// A frame that is not a JSON object, or too many bad frames.
    BAD_FRAME(4400, "bad frame"),
    /// The token is not valid, or no longer.
    NOT_AUTHENTICATED(4401, "not authenticated"),
    /// The page's origin is not allowed, or a token came in the URL.
    NOT_ALLOWED(4403, "not allowed"),
    /// No `auth` frame within ten seconds.
    AUTH_TIMEOUT(4408, "no auth frame in time"),
    /// More connections than a user may have.
    TOO_MANY(4429, "too many connections"),
    /// The client does not read what it is sent. The same code as the listener's own.
    TOO_SLOW(1013, "too slow");

    private final int code;
    private final String reason;

    GatewayClose(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    int code() {
        return code;
    }

    String reason() {
        return reason;
    }
}
