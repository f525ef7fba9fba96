package im.holm.slice;

import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;

import java.util.Objects;

/// An endpoint of the client-server API or of the admin API.
///
/// @param path template from the root, e.g.
/// `/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}`
/// @param longPoll may wait for minutes without being slow
/// @param bodyMaxBytes a longer body is answered with `M_TOO_LARGE`
public record ClientRoute(
        Method method,
        String path,
        Documented documented,
        Access access,
        boolean longPoll,
        int bodyMaxBytes) {

    public static final int BODY_MAX_BYTES = 1 << 20;

    public ClientRoute {
        Objects.requireNonNull(method);
        Objects.requireNonNull(path);
        Objects.requireNonNull(documented);
        Objects.requireNonNull(access);
    }

    /// Who may call, and what answers.
    public sealed interface Access {
        /// Anybody; a token is not looked at.
        record Open(OpenHandler handler) implements Access {}

        /// Somebody with a valid access token.
        record User(UserHandler handler) implements Access {}

        /// An administrator.
        record Admin(UserHandler handler) implements Access {}
    }

    public interface OpenHandler {
        Response handle(Request request);
    }

    public interface UserHandler {
        Response handle(Caller caller, Request request);
    }

    public static ClientRoute open(
            Method method, String path, Documented documented, OpenHandler handler) {
        return new ClientRoute(
                method, path, documented, new Access.Open(handler), false, BODY_MAX_BYTES);
    }

    public static ClientRoute user(
            Method method, String path, Documented documented, UserHandler handler) {
        return new ClientRoute(
                method, path, documented, new Access.User(handler), false, BODY_MAX_BYTES);
    }

    public static ClientRoute admin(
            Method method, String path, Documented documented, UserHandler handler) {
        return new ClientRoute(
                method, path, documented, new Access.Admin(handler), false, BODY_MAX_BYTES);
    }

    public ClientRoute asLongPoll() {
        return new ClientRoute(method, path, documented, access, true, bodyMaxBytes);
    }
}
