package im.holm.accounts;

import im.holm.accounts.Accounts.SignIn;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.RateLimit;

import java.util.List;
import java.util.Optional;

/// Signing in and out, and refreshing (client-server API, "Login" of the legacy API).
final class LoginRoutes {

    private static final String TEST = "LoginTest";
    private static final JsonObject FLOWS = JsonObject.of(
            "flows", JsonArray.of(JsonObject.of("type", new JsonString("m.login.password"))));

    private final ServerName server;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Optional<JsonObject> wellKnown;
    private final RateLimit limit;

    /// @param wellKnown told to clients that sign in, if the server knows its public URL
    LoginRoutes(
            ServerName server,
            Accounts accounts,
            Sessions sessions,
            Optional<JsonObject> wellKnown,
            RateLimit limit) {
        this.server = server;
        this.accounts = accounts;
        this.sessions = sessions;
        this.wellKnown = wellKnown;
        this.limit = limit;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.open(
                        Method.GET,
                        "/_matrix/client/v3/login",
                        new Documented("getLoginFlows", "r0", TEST),
                        _ -> Response.json(FLOWS)),
                ClientRoute.open(
                        Method.POST,
                        "/_matrix/client/v3/login",
                        new Documented("login", "r0", TEST),
                        this::login),
                ClientRoute.open(
                        Method.POST,
                        "/_matrix/client/v3/refresh",
                        new Documented("refresh", "1.3", TEST),
                        this::refresh),
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/logout",
                        new Documented("logout", "r0", TEST),
                        (caller, _) -> logout(caller)),
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/logout/all",
                        new Documented("logout_all", "r0", TEST),
                        (caller, _) -> ended(sessions.end(
                                caller.userNid(), sessions.withLastSeen(caller.userNid())))));
    }

    private Response login(Request request) {
        Optional<Problem> limited = limit.take(request.remote().address());
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        var body = Fields.of(request);
        String type = body.string("type");
        if (body.failed()) {
            return body.failure();
        }
        if (!type.equals("m.login.password")) {
            return Response.of(Problem.of(ErrorCode.BAD_REQUEST, "This login type is not known."));
        }
        String password = body.string("password");
        Optional<String> deviceId = DeviceFields.deviceId(body);
        Optional<String> name = DeviceFields.displayName(body, "initial_device_display_name");
        boolean refresh = body.bool("refresh_token", false);
        return switch (Identifiers.read(body)) {
            case Identifiers.Meant.Failed(Problem problem) -> Response.of(problem);
            case Identifiers.Meant.User(String user) -> {
                String address = request.remote().address();
                yield switch (accounts.signIn(user, password, address)) {
                    case SignIn.Failed(Problem problem) -> Response.of(problem);
                    case SignIn.Proven(Account account) ->
                        signedIn(
                                account, sessions.open(account.userNid(), deviceId, name, refresh));
                };
            }
        };
    }

    private Response signedIn(Account account, Sessions.Opened session) {
        var user = new UserId(account.localpart(), server);
        JsonObject body = SessionAnswers.signedIn(user, Optional.of(session));
        return Response.json(
                wellKnown.isPresent() ? body.with("well_known", wellKnown.get()) : body);
    }

    private Response refresh(Request request) {
        Optional<Problem> limited = limit.take(request.remote().address());
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        var body = Fields.of(request);
        String token = body.string("refresh_token");
        if (body.failed()) {
            return body.failure();
        }
        return sessions.refresh(token)
                .map(opened -> Response.json(SessionAnswers.tokens(opened)))
                .orElseGet(() -> Response.of(Problem.of(
                        ErrorCode.UNKNOWN_TOKEN, "The refresh token is not valid (any more).")));
    }

    private Response logout(Caller caller) {
        Optional<Device> device = sessions.device(caller.userNid(), caller.deviceId());
        return ended(sessions.end(caller.userNid(), device.stream().toList()));
    }

    static Response ended(Sessions.Ending ending) {
        return switch (ending) {
            case Sessions.Ending.Ended _ -> Response.empty();
            case Sessions.Ending.Failed(Problem problem) -> Response.of(problem);
        };
    }
}
