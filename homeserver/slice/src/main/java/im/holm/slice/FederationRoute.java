package im.holm.slice;

import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;

import java.util.Objects;

/// An endpoint of the server-server API.
///
/// @param bodyMaxBytes a longer body is answered with `M_TOO_LARGE`
public record FederationRoute(
        Method method, String path, Documented documented, Access access, int bodyMaxBytes) {

    /// send_join answers and transactions are the largest bodies that servers exchange.
    public static final int BODY_MAX_BYTES = 16 << 20;

    public FederationRoute {
        Objects.requireNonNull(method);
        Objects.requireNonNull(path);
        Objects.requireNonNull(documented);
        Objects.requireNonNull(access);
    }

    public sealed interface Access {
        /// Anybody: server keys, version.
        record Open(ClientRoute.OpenHandler handler) implements Access {}

        /// A server that signed the request (`X-Matrix`).
        record Server(ServerHandler handler) implements Access {}
    }

    public interface ServerHandler {
        Response handle(ServerName origin, Request request);
    }

    public static FederationRoute open(
            Method method, String path, Documented documented, ClientRoute.OpenHandler handler) {
        return new FederationRoute(
                method, path, documented, new Access.Open(handler), BODY_MAX_BYTES);
    }

    public static FederationRoute server(
            Method method, String path, Documented documented, ServerHandler handler) {
        return new FederationRoute(
                method, path, documented, new Access.Server(handler), BODY_MAX_BYTES);
    }

    /// The same route for smaller bodies: what is read of a stranger before it is known who
    /// asks.
    public FederationRoute withBodyMaxBytes(int bytes) {
        return new FederationRoute(method, path, documented, access, bytes);
    }
}
