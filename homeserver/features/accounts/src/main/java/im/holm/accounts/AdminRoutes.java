package im.holm.accounts;

import im.holm.accounts.Accounts.Creating;
import im.holm.accounts.Accounts.NewAccount;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.AdminGate;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Our admin API, opened by [AdminKey] alone:
///
/// - `POST /_holm/admin/v1/users` `{"name", "password"?, "admin"?, "displayname"?}`: 201
///   `{"user_id"}`, with the `password` if none was given and one was made;
/// - `POST /_holm/admin/v1/registration_tokens` `{"token"?, "uses_allowed"?, "expires_ms"?}`: 201
///   `{"token"}`.
final class AdminRoutes {

    private static final String TEST = "AdminTest";
    private static final String LETTERS =
            "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int GENERATED_CHARS = 20;
    private static final int TOKEN_CHARS_MAX = 64;
    private static final int USES_MAX = 1_000_000;

    private final ServerName server;
    private final AdminGate gate;
    private final Accounts accounts;
    private final AccountTable table;
    private final Profiles profiles;
    private final InstantSource time;
    private final SecureRandom random = new SecureRandom();

    AdminRoutes(
            ServerName server,
            AdminGate gate,
            Accounts accounts,
            AccountTable table,
            Profiles profiles,
            InstantSource time) {
        this.server = server;
        this.gate = gate;
        this.accounts = accounts;
        this.table = table;
        this.profiles = profiles;
        this.time = time;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.open(
                        Method.POST,
                        "/_holm/admin/v1/users",
                        new Documented("addUser", "holm", TEST),
                        gate.behind(this::addUser)),
                ClientRoute.open(
                        Method.POST,
                        "/_holm/admin/v1/registration_tokens",
                        new Documented("addRegistrationToken", "holm", TEST),
                        gate.behind(this::addToken)));
    }

    private Response addUser(Request request) {
        var body = Fields.of(request);
        String name = body.string("name");
        Optional<String> given = body.optionalString("password");
        boolean admin = body.bool("admin", false);
        Optional<String> displayName = body.optionalString("displayname");
        if (body.failed()) {
            return body.failure();
        }
        return switch (Localparts.choose(name, server)) {
            case Localparts.Chosen.Refused(Problem problem) -> Response.of(problem);
            case Localparts.Chosen.Free(UserId user) -> {
                Optional<Problem> flaw = given.flatMap(
                        password -> Passwords.flaw(password, Optional.of(user.localpart())));
                yield flaw.isPresent()
                        ? Response.of(flaw.get())
                        : create(user, given, admin, displayName);
            }
        };
    }

    private Response create(
            UserId user, Optional<String> given, boolean admin, Optional<String> displayName) {
        String password = given.orElseGet(this::generated);
        var account = new NewAccount(user, Optional.of(password), admin, Optional.empty());
        return switch (accounts.create(account)) {
            case Creating.Failed(Problem problem) -> Response.of(problem);
            case Creating.Created(UserId created, long userNid) -> {
                displayName.ifPresent(name -> profiles.named(userNid, name));
                var answer = JsonObject.builder().put("user_id", created.toString());
                if (given.isEmpty()) {
                    answer.put("password", password);
                }
                yield Response.json(201, answer.build());
            }
        };
    }

    private Response addToken(Request request) {
        var body = Fields.ofOptionalBody(request);
        String token = body.optionalString("token").orElseGet(this::generated);
        OptionalLong uses = body.optionalInteger("uses_allowed", 1, USES_MAX);
        OptionalLong expiresMs = body.optionalInteger("expires_ms", 0, Long.MAX_VALUE);
        if (!token.matches("[A-Za-z0-9._~-]{1," + TOKEN_CHARS_MAX + "}")) {
            body.refuse(
                    ErrorCode.INVALID_PARAM,
                    "'token' has 1 to " + TOKEN_CHARS_MAX + " of A-Z a-z 0-9 . _ ~ -");
        }
        if (body.failed()) {
            return body.failure();
        }
        return table.createToken(token, uses, expiresMs, time.millis())
                ? Response.json(201, JsonObject.builder().put("token", token).build())
                : Response.of(Problem.of(ErrorCode.INVALID_PARAM, "This token exists already."));
    }

    private String generated() {
        var text = new StringBuilder(GENERATED_CHARS);
        for (int i = 0; i < GENERATED_CHARS; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
