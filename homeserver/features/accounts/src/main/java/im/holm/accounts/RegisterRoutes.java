package im.holm.accounts;

import im.holm.accounts.Accounts.Creating;
import im.holm.accounts.Accounts.NewAccount;
import im.holm.platform.config.Settings.RegistrationMode;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;
import im.holm.slice.RateLimit;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// `/register` and what is asked before it (client-server API, "Account registration").
final class RegisterRoutes {

    /// A registration token has at most 64 characters ("Token-authenticated registration").
    private static final int TOKEN_CHARS_MAX = 64;

    private static final String TEST = "RegistrationTest";

    private final ServerName server;
    private final RegistrationMode mode;
    private final Accounts accounts;
    private final AccountTable table;
    private final Sessions sessions;
    private final Uia uia;
    private final InstantSource time;
    private final RateLimit limit;
    private final SecureRandom random = new SecureRandom();

    RegisterRoutes(
            ServerName server,
            RegistrationMode mode,
            Accounts accounts,
            AccountTable table,
            Sessions sessions,
            Uia uia,
            InstantSource time,
            RateLimit limit) {
        this.server = server;
        this.mode = mode;
        this.accounts = accounts;
        this.table = table;
        this.sessions = sessions;
        this.uia = uia;
        this.time = time;
        this.limit = limit;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.open(
                        Method.POST,
                        "/_matrix/client/v3/register",
                        new Documented("register", "r0", TEST),
                        this::register),
                ClientRoute.open(
                        Method.GET,
                        "/_matrix/client/v3/register/available",
                        new Documented("checkUsernameAvailability", "r0", TEST),
                        this::available),
                ClientRoute.open(
                        Method.GET,
                        "/_matrix/client/v1/register/m.login.registration_token/validity",
                        new Documented("registrationTokenValidity", "1.2", TEST),
                        this::validity));
    }

    private record Wish(
            Optional<UserId> user,
            Optional<String> password,
            Optional<String> deviceId,
            Optional<String> deviceName,
            boolean inhibitLogin,
            boolean refresh) {}

    private Response register(Request request) {
        Optional<Response> refusal = refusal(request);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        var body = Fields.of(request);
        Wish wish = read(body);
        if (body.failed()) {
            return body.failure();
        }
        if (wish.user().isPresent() && !accounts.isFree(wish.user().get())) {
            return Response.of(Problem.of(ErrorCode.USER_IN_USE));
        }
        return switch (uia.authenticate("register", body, stage(), this::check)) {
            case Uia.Verdict.Ask(Response response) -> response;
            case Uia.Verdict.Passed passed -> create(wish, passed);
        };
    }

    private Response create(Wish wish, Uia.Verdict.Passed passed) {
        if (wish.password().isEmpty()) {
            return Response.of(Problem.of(ErrorCode.MISSING_PARAM, "'password' is missing"));
        }
        UserId user = wish.user().orElseGet(() -> Localparts.opaque(server, random));
        Optional<String> token = Optional.of(passed.proof()).filter(proof -> !proof.isEmpty());
        var account = new NewAccount(user, wish.password(), false, token);
        return switch (accounts.create(account)) {
            case Creating.Failed(Problem problem) -> Response.of(problem);
            case Creating.Created(UserId created, long userNid) -> {
                uia.finish(passed);
                Optional<Sessions.Opened> session = wish.inhibitLogin()
                        ? Optional.empty()
                        : Optional.of(sessions.open(
                                userNid, wish.deviceId(), wish.deviceName(), wish.refresh()));
                yield Response.json(SessionAnswers.signedIn(created, session));
            }
        };
    }

    private Wish read(Fields body) {
        Optional<UserId> user = body.optionalString("username").flatMap(name -> chosen(body, name));
        Optional<String> password = body.optionalString("password");
        password.flatMap(given -> Passwords.flaw(given, user.map(UserId::localpart)))
                .ifPresent(flaw -> body.refuse(flaw.code(), flaw.message()));
        return new Wish(
                user,
                password,
                DeviceFields.deviceId(body),
                DeviceFields.displayName(body, "initial_device_display_name"),
                body.bool("inhibit_login", false),
                body.bool("refresh_token", false));
    }

    private Optional<UserId> chosen(Fields body, String name) {
        return switch (Localparts.choose(name, server)) {
            case Localparts.Chosen.Free(UserId id) -> Optional.of(id);
            case Localparts.Chosen.Refused(Problem problem) -> {
                body.refuse(problem.code(), problem.message());
                yield Optional.empty();
            }
        };
    }

    private Optional<Response> refusal(Request request) {
        String kind = request.query().first("kind").orElse("user");
        if (kind.equals("guest")) {
            return Optional.of(Response.of(
                    Problem.of(ErrorCode.FORBIDDEN, "There are no guest accounts here.")));
        }
        if (!kind.equals("user")) {
            return Optional.of(Response.of(
                    Problem.of(ErrorCode.INVALID_PARAM, "'kind' is neither user nor guest")));
        }
        if (mode == RegistrationMode.CLOSED) {
            return Optional.of(closed());
        }
        return limit.take(request.remote().address()).map(Response::of);
    }

    private Response available(Request request) {
        var query = Parameters.of(request);
        Optional<String> name = query.requiredQuery("username", Optional::of);
        if (query.failed()) {
            return query.failure();
        }
        if (mode == RegistrationMode.CLOSED) {
            return closed();
        }
        Optional<Problem> limited = limit.take(request.remote().address());
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        return switch (Localparts.choose(name.get(), server)) {
            case Localparts.Chosen.Refused(Problem problem) -> Response.of(problem);
            case Localparts.Chosen.Free(UserId user) ->
                accounts.isFree(user)
                        ? Response.json(JsonObject.of("available", JsonBoolean.TRUE))
                        : Response.of(Problem.of(ErrorCode.USER_IN_USE));
        };
    }

    private Response validity(Request request) {
        var query = Parameters.of(request);
        Optional<String> token = query.requiredQuery("token", Optional::of);
        if (query.failed()) {
            return query.failure();
        }
        if (mode == RegistrationMode.CLOSED) {
            return closed();
        }
        Optional<Problem> limited = limit.take(request.remote().address());
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        var valid = JsonObject.builder().put("valid", isValid(token.get())).build();
        return Response.json(valid);
    }

    private Uia.Stage stage() {
        return mode == RegistrationMode.TOKEN ? Uia.Stage.REGISTRATION_TOKEN : Uia.Stage.DUMMY;
    }

    private Uia.Outcome check(Fields auth) {
        if (mode != RegistrationMode.TOKEN) {
            return new Uia.Outcome.Proven("");
        }
        String token = auth.string("token");
        if (auth.failed()) {
            return new Uia.Outcome.Failed(auth.problem().get());
        }
        return isValid(token)
                ? new Uia.Outcome.Proven(token)
                : new Uia.Outcome.Refused("The registration token is not valid.");
    }

    private boolean isValid(String token) {
        return token.length() <= TOKEN_CHARS_MAX
                && token.indexOf('\0') < 0
                && table.isValidToken(token, time.millis());
    }

    private static Response closed() {
        return Response.of(Problem.of(ErrorCode.FORBIDDEN, "Registration is closed here."));
    }
}
