package im.holm.platform.http;

/// Who is at the other end of a request, seen past trusted proxies.
///
/// @param address the client's IP address as text; from `X-Forwarded-For` only when the connection
/// comes from one of
///     `client.trusted_proxies`
/// @param secure whether the client speaks TLS, here or at the trusted proxy
public record Remote(String address, boolean secure) {
    /// For tests that call a handler without a listener.
    public static final Remote LOOPBACK = new Remote("127.0.0.1", false);
}
