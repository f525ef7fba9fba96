package im.holm.accounts;

import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;

import java.util.List;
import java.util.Optional;

/// A user's own account: who am I, a new password, the end (client-server API, "Account
/// management", "Current account information").
///
/// NOTSPEC: the password and the account are changed with an access token only; the specification
/// also allows it by a proven email address, which this server does not know.
final class AccountRoutes {

    private static final String TEST = "AccountTest";

    private final Accounts accounts;
    private final Sessions sessions;
    private final Farewell farewell;
    private final Uia uia;
    private final OwnPassword ownPassword;

    AccountRoutes(
            Accounts accounts,
            Sessions sessions,
            Farewell farewell,
            Uia uia,
            OwnPassword ownPassword) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.farewell = farewell;
        this.uia = uia;
        this.ownPassword = ownPassword;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/account/whoami",
                        new Documented("getTokenOwner", "r0", TEST),
                        (caller, _) -> whoami(caller)),
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/account/password",
                        new Documented("changePassword", "r0", TEST),
                        this::changePassword),
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/account/deactivate",
                        new Documented("deactivateAccount", "r0", TEST),
                        this::deactivate),
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/account/3pid",
                        new Documented("getAccount3PIDs", "r0", TEST),
                        (_, _) -> Response.json(JsonObject.of("threepids", JsonArray.EMPTY))));
    }

    private static Response whoami(Caller caller) {
        return Response.json(JsonObject.builder()
                .put("user_id", caller.user().toString())
                .put("device_id", caller.deviceId())
                .put("is_guest", false)
                .build());
    }

    private Response changePassword(Caller caller, Request request) {
        var body = Fields.of(request);
        String password = body.string("new_password");
        boolean logoutDevices = body.bool("logout_devices", true);
        if (body.failed()) {
            return body.failure();
        }
        Optional<Problem> flaw =
                Passwords.flaw(password, Optional.of(caller.user().localpart()));
        if (flaw.isPresent()) {
            return Response.of(flaw.get());
        }
        return switch (authenticate("changePassword", caller, request, body)) {
            case Uia.Verdict.Ask(Response response) -> response;
            case Uia.Verdict.Passed passed -> {
                uia.finish(passed);
                Optional<Problem> failure = accounts.changePassword(caller.userNid(), password);
                if (failure.isPresent()) {
                    yield Response.of(failure.get());
                }
                List<Device> others = sessions.withLastSeen(caller.userNid()).stream()
                        .filter(device -> device.deviceNid() != caller.deviceNid())
                        .toList();
                yield logoutDevices
                        ? LoginRoutes.ended(sessions.end(caller.userNid(), others))
                        : Response.empty();
            }
        };
    }

    private Response deactivate(Caller caller, Request request) {
        var body = Fields.ofOptionalBody(request);
        boolean erase = body.bool("erase", false);
        if (body.failed()) {
            return body.failure();
        }
        return switch (authenticate("deactivate", caller, request, body)) {
            case Uia.Verdict.Ask(Response response) -> response;
            case Uia.Verdict.Passed passed -> {
                uia.finish(passed);
                yield switch (farewell.deactivate(caller.userNid(), erase)) {
                    case Sessions.Ending.Failed(Problem problem) -> Response.of(problem);
                    case Sessions.Ending.Ended _ ->
                        Response.json(JsonObject.of(
                                "id_server_unbind_result", new JsonString("success")));
                };
            }
        };
    }

    private Uia.Verdict authenticate(
            String operation, Caller caller, Request request, Fields body) {
        return uia.authenticate(
                operation + " " + caller.userNid(),
                body,
                Uia.Stage.PASSWORD,
                auth -> ownPassword.check(caller, request.remote().address(), auth));
    }
}
