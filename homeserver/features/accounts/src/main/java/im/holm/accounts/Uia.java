package im.holm.accounts;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Response;
import im.holm.protocol.event.Sha256;
import im.holm.protocol.json.CanonicalJson;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Fields;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// User-interactive authentication (client-server API, "User-Interactive Authentication API"),
/// with flows of one stage.
///
/// A session belongs to one operation, one user and one body: who authenticates for removing one
/// device cannot remove another. Sessions live in memory; a client whose session is gone is simply
/// asked again.
final class Uia {

    static final int SESSIONS_MAX = 10_000;
    static final Duration LIFETIME = Duration.ofMinutes(15);

    private static final int SESSION_BYTES = 18;

    private final InstantSource time;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> sessions = new LinkedHashMap<>(64, 0.75f, false) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
            return size() > SESSIONS_MAX;
        }
    };

    Uia(InstantSource time) {
        this.time = time;
    }

    enum Stage {
        DUMMY("m.login.dummy"),
        PASSWORD("m.login.password"),
        REGISTRATION_TOKEN("m.login.registration_token");

        private final String type;

        Stage(String type) {
            this.type = type;
        }
    }

    /// What a stage asks of the client's `auth` object.
    interface Check {
        Outcome check(Fields auth);
    }

    sealed interface Outcome {
        /// @param proof kept with the session: the registration token, else empty text
        record Proven(String proof) implements Outcome {}

        /// The client may try again.
        record Refused(String why) implements Outcome {}

        /// Not a matter of authentication: too many attempts, a malformed body.
        record Failed(Problem problem) implements Outcome {}
    }

    sealed interface Verdict {
        /// @param session to be [#finish]ed once the operation is done
        record Passed(String session, String proof) implements Verdict {}

        record Ask(Response response) implements Verdict {}
    }

    /// @param proof empty until the stage is done
    private record Session(byte[] purpose, long untilMs, Optional<String> proof) {}

    /// @param operation with whatever else the session shall be bound to, such as the user
    Verdict authenticate(String operation, Fields body, Stage stage, Check check) {
        byte[] purpose = purpose(operation, body.object().without("auth"));
        Optional<Fields> auth = body.optionalFields("auth");
        Optional<String> named = auth.flatMap(given -> given.optionalString("session"));
        if (body.failed()) {
            return new Verdict.Ask(body.failure());
        }
        if (auth.isEmpty()) {
            return ask(begin(purpose), stage, Optional.empty());
        }
        Optional<Session> found = named.flatMap(this::find);
        if (found.isEmpty() && named.isPresent()) {
            return ask(begin(purpose), stage, Optional.of("The session is not known."));
        }
        if (found.isPresent() && !MessageDigest.isEqual(found.get().purpose(), purpose)) {
            return new Verdict.Ask(Response.of(Problem.of(
                    ErrorCode.FORBIDDEN, "The session was opened for another request.")));
        }
        if (found.isPresent() && found.get().proof().isPresent()) {
            return new Verdict.Passed(named.get(), found.get().proof().get());
        }
        String session = named.orElseGet(() -> begin(purpose));
        return attempt(session, stage, auth.get(), check);
    }

    /// The session's operation is done: it serves for nothing else.
    void finish(Verdict.Passed passed) {
        synchronized (sessions) {
            sessions.remove(passed.session());
        }
    }

    private Verdict attempt(String session, Stage stage, Fields auth, Check check) {
        Optional<String> type = auth.optionalString("type");
        if (type.isEmpty()) {
            return auth.failed()
                    ? new Verdict.Ask(auth.failure())
                    : ask(session, stage, Optional.empty());
        }
        if (!type.get().equals(stage.type)) {
            return ask(session, stage, Optional.of("This stage is not part of any flow."));
        }
        return switch (check.check(auth)) {
            case Outcome.Proven(String proof) -> {
                synchronized (sessions) {
                    sessions.computeIfPresent(
                            session,
                            (_, was) ->
                                    new Session(was.purpose(), was.untilMs(), Optional.of(proof)));
                }
                yield new Verdict.Passed(session, proof);
            }
            case Outcome.Refused(String why) -> ask(session, stage, Optional.of(why));
            case Outcome.Failed(Problem problem) -> new Verdict.Ask(Response.of(problem));
        };
    }

    private String begin(byte[] purpose) {
        var bytes = new byte[SESSION_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        long untilMs = time.millis() + LIFETIME.toMillis();
        synchronized (sessions) {
            sessions.put(id, new Session(purpose, untilMs, Optional.empty()));
        }
        return id;
    }

    private Optional<Session> find(String id) {
        synchronized (sessions) {
            return Optional.ofNullable(sessions.get(id))
                    .filter(session -> session.untilMs() > time.millis());
        }
    }

    private static Verdict ask(String session, Stage stage, Optional<String> refusal) {
        var flow = JsonObject.of("stages", JsonArray.of(new JsonString(stage.type)));
        var body = JsonObject.builder()
                .put("flows", JsonArray.of(flow))
                .put("params", JsonObject.EMPTY)
                .put("completed", JsonArray.EMPTY)
                .put("session", session);
        refusal.ifPresent(
                why -> body.put("errcode", ErrorCode.UIA_REFUSED.errcode()).put("error", why));
        return new Verdict.Ask(Response.json(ErrorCode.UIA_REFUSED.status(), body.build()));
    }

    private static byte[] purpose(String operation, JsonObject body) {
        byte[] canonical = CanonicalJson.write(body);
        byte[] name = (operation + "\n").getBytes(StandardCharsets.UTF_8);
        var all = new byte[name.length + canonical.length];
        System.arraycopy(name, 0, all, 0, name.length);
        System.arraycopy(canonical, 0, all, name.length, canonical.length);
        return Sha256.of(all);
    }
}
