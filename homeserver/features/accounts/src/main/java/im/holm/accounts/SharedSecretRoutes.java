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
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.RateLimit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// `/_synapse/admin/v1/register`, as the admin tools of other servers use it: a GET gives a nonce,
/// a POST makes an account if its `mac` shows that the sender knows `registration.shared_secret`:
/// HMAC-SHA1 in hex over nonce, name, password and `admin` or `notadmin`, with NUL between them.
final class SharedSecretRoutes {

    static final int NONCES_MAX = 1_000;
    static final Duration NONCE_LIFETIME = Duration.ofMinutes(1);

    private static final String PATH = "/_synapse/admin/v1/register";
    private static final String TEST = "AdminTest";
    private static final int NONCE_BYTES = 32;

    private final ServerName server;
    private final String secret;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Profiles profiles;
    private final InstantSource time;
    private final RateLimit limit;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Long> nonces = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > NONCES_MAX;
        }
    };

    SharedSecretRoutes(
            ServerName server,
            String secret,
            Accounts accounts,
            Sessions sessions,
            Profiles profiles,
            InstantSource time,
            RateLimit limit) {
        this.server = server;
        this.secret = secret;
        this.accounts = accounts;
        this.sessions = sessions;
        this.profiles = profiles;
        this.time = time;
        this.limit = limit;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.open(
                        Method.GET,
                        PATH,
                        new Documented("getRegistrationNonce", "holm", TEST),
                        this::nonce),
                ClientRoute.open(
                        Method.POST,
                        PATH,
                        new Documented("registerWithSharedSecret", "holm", TEST),
                        this::register));
    }

    private Response nonce(Request request) {
        Optional<Problem> limited = limit.take(request.remote().address());
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        var bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        String nonce = HexFormat.of().formatHex(bytes);
        synchronized (nonces) {
            nonces.put(nonce, time.millis() + NONCE_LIFETIME.toMillis());
        }
        return Response.json(JsonObject.builder().put("nonce", nonce).build());
    }

    private Response register(Request request) {
        Optional<Problem> limited = limit.take(request.remote().address());
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        var body = Fields.of(request);
        String nonce = body.string("nonce");
        String name = body.string("username");
        String password = body.string("password");
        boolean admin = body.bool("admin", false);
        String mac = body.string("mac");
        Optional<String> displayName = body.optionalString("displayname");
        boolean inhibitLogin = body.bool("inhibit_login", false);
        if (body.failed()) {
            return body.failure();
        }
        if (!spend(nonce)) {
            return Response.of(
                    Problem.of(ErrorCode.BAD_REQUEST, "The nonce is not known, or was used."));
        }
        if (!isSigned(mac, nonce, name, password, admin)) {
            return Response.of(Problem.of(ErrorCode.FORBIDDEN, "The mac is wrong."));
        }
        return switch (Localparts.choose(name, server)) {
            case Localparts.Chosen.Refused(Problem problem) -> Response.of(problem);
            case Localparts.Chosen.Free(UserId user) ->
                create(user, password, admin, displayName, inhibitLogin);
        };
    }

    private Response create(
            UserId user,
            String password,
            boolean admin,
            Optional<String> displayName,
            boolean inhibitLogin) {
        Optional<Problem> flaw = Passwords.flaw(password, Optional.of(user.localpart()));
        if (flaw.isPresent()) {
            return Response.of(flaw.get());
        }
        var account = new NewAccount(user, Optional.of(password), admin, Optional.empty());
        return switch (accounts.create(account)) {
            case Creating.Failed(Problem problem) -> Response.of(problem);
            case Creating.Created(UserId created, long userNid) -> {
                displayName.ifPresent(name -> profiles.named(userNid, name));
                Optional<Sessions.Opened> session = inhibitLogin
                        ? Optional.empty()
                        : Optional.of(
                                sessions.open(userNid, Optional.empty(), Optional.empty(), false));
                yield Response.json(SessionAnswers.signedIn(created, session));
            }
        };
    }

    private boolean spend(String nonce) {
        synchronized (nonces) {
            Long untilMs = nonces.remove(nonce);
            return untilMs != null && untilMs > time.millis();
        }
    }

    private boolean isSigned(
            String mac, String nonce, String name, String password, boolean admin) {
        String signed = String.join("\0", nonce, name, password, admin ? "admin" : "notadmin");
        try {
            Mac hmac = Mac.getInstance("HmacSHA1");
            hmac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            byte[] expected = hmac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
            return MessageDigest.isEqual(
                    HexFormat.of().formatHex(expected).getBytes(StandardCharsets.US_ASCII),
                    mac.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA1", e);
        }
    }
}
