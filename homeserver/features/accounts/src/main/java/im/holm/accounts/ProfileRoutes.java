package im.holm.accounts;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.FederationRoute;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;
import im.holm.slice.RateLimit;
import im.holm.slice.RemoteUsers;
import im.holm.slice.UserSource.Profile;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Profiles, for clients and for other servers (client-server API, "Profiles"; server-server API,
/// "Querying for information").
final class ProfileRoutes {

    private static final int KEY_LIMIT_BYTES = 255;
    private static final int AVATAR_URL_LIMIT_BYTES = 1_000;
    private static final Pattern KEY =
            Pattern.compile("avatar_url|displayname|m\\.tz|[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+");

    private static final String TEST = "ProfileTest";

    private final ServerName server;
    private final Profiles profiles;
    private final RemoteUsers remote;
    private final RateLimit changes;
    private final RateLimit lookUps;

    /// @param lookUps by address, since anybody may ask and some questions go to other servers
    ProfileRoutes(
            ServerName server,
            Profiles profiles,
            RemoteUsers remote,
            RateLimit changes,
            RateLimit lookUps) {
        this.server = server;
        this.profiles = profiles;
        this.remote = remote;
        this.changes = changes;
        this.lookUps = lookUps;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.open(
                        Method.GET,
                        "/_matrix/client/v3/profile/{userId}",
                        new Documented("getUserProfile", "r0", TEST),
                        this::profile),
                ClientRoute.open(
                        Method.GET,
                        "/_matrix/client/v3/profile/{userId}/{keyName}",
                        new Documented("getProfileField", "r0", TEST),
                        this::field),
                ClientRoute.user(
                        Method.PUT,
                        "/_matrix/client/v3/profile/{userId}/{keyName}",
                        new Documented("setProfileField", "r0", TEST),
                        this::set),
                ClientRoute.user(
                        Method.DELETE,
                        "/_matrix/client/v3/profile/{userId}/{keyName}",
                        new Documented("deleteProfileField", "1.16", TEST),
                        this::delete));
    }

    List<FederationRoute> federationRoutes() {
        return List.of(FederationRoute.server(
                Method.GET,
                "/_matrix/federation/v1/query/profile",
                new Documented("queryProfile", "r0", TEST),
                (_, request) -> query(request)));
    }

    private Response profile(Request request) {
        var path = Parameters.of(request);
        Optional<UserId> user = path.path("userId", UserId::parse);
        if (path.failed()) {
            return path.failure();
        }
        Optional<Problem> limited = lookUps.take(request.remote().address());
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        return look(user.get())
                .map(fields -> Response.json(fields))
                .orElseGet(ProfileRoutes::notFound);
    }

    private Response field(Request request) {
        var path = Parameters.of(request);
        Optional<UserId> user = path.path("userId", UserId::parse);
        String key = request.param("keyName");
        if (path.failed()) {
            return path.failure();
        }
        Optional<Problem> limited =
                keyFlaw(key).or(() -> lookUps.take(request.remote().address()));
        if (limited.isPresent()) {
            return Response.of(limited.get());
        }
        return look(user.get())
                .flatMap(fields -> fields.get(key))
                .map(value -> Response.json(JsonObject.of(key, value)))
                .orElseGet(ProfileRoutes::notFound);
    }

    private Response set(Caller caller, Request request) {
        String key = request.param("keyName");
        Optional<Problem> refusal = refusal(caller, request, key);
        if (refusal.isPresent()) {
            return Response.of(refusal.get());
        }
        var body = Fields.of(request);
        Optional<JsonValue> value = body.object().get(key);
        if (value.isEmpty()) {
            body.refuse(ErrorCode.MISSING_PARAM, "'" + key + "' is missing");
        }
        value.flatMap(given -> valueFlaw(key, given))
                .ifPresent(flaw -> body.refuse(flaw.code(), flaw.message()));
        if (body.failed()) {
            return body.failure();
        }
        Optional<JsonValue> kept = value.filter(given -> !isCleared(key, given));
        return answer(profiles.change(caller.userNid(), key, kept));
    }

    private Response delete(Caller caller, Request request) {
        String key = request.param("keyName");
        Optional<Problem> refusal = refusal(caller, request, key);
        return refusal.isPresent()
                ? Response.of(refusal.get())
                : answer(profiles.change(caller.userNid(), key, Optional.empty()));
    }

    private Optional<Problem> refusal(Caller caller, Request request, String key) {
        var path = Parameters.of(request);
        Optional<UserId> user = path.path("userId", UserId::parse);
        if (path.failed()) {
            return path.problem();
        }
        if (!user.get().equals(caller.user())) {
            return Optional.of(Problem.of(ErrorCode.FORBIDDEN, "This is another user's profile."));
        }
        return keyFlaw(key).or(() -> changes.take(caller.user().toString()));
    }

    private Response query(Request request) {
        var query = Parameters.of(request);
        Optional<UserId> user = query.requiredQuery("user_id", UserId::parse);
        if (query.failed()) {
            return query.failure();
        }
        if (!user.get().server().equals(server)) {
            return Response.of(
                    Problem.of(ErrorCode.INVALID_PARAM, "'user_id' is not of this server"));
        }
        Optional<String> field = query.query("field");
        return profiles.fields(user.get())
                .map(fields -> Response.json(only(fields, field)))
                .orElseGet(ProfileRoutes::notFound);
    }

    private static JsonObject only(JsonObject fields, Optional<String> field) {
        return field.map(name -> fields.get(name)
                        .map(value -> JsonObject.of(name, value))
                        .orElse(JsonObject.EMPTY))
                .orElse(fields);
    }

    private Optional<JsonObject> look(UserId user) {
        if (user.server().equals(server)) {
            return profiles.fields(user);
        }
        return remote.profile(user).map(ProfileRoutes::json);
    }

    private static JsonObject json(Profile profile) {
        var body = JsonObject.builder();
        profile.displayName().ifPresent(name -> body.put(Profiles.DISPLAY_NAME, name));
        profile.avatarUrl().ifPresent(url -> body.put(Profiles.AVATAR_URL, url));
        return body.build();
    }

    private static Optional<Problem> keyFlaw(String key) {
        if (key.getBytes(StandardCharsets.UTF_8).length > KEY_LIMIT_BYTES) {
            return Optional.of(Problem.of(ErrorCode.KEY_TOO_LARGE));
        }
        return KEY.matcher(key).matches()
                ? Optional.empty()
                : Optional.of(Problem.of(ErrorCode.INVALID_PARAM, "The key is not valid."));
    }

    private static Optional<Problem> valueFlaw(String key, JsonValue value) {
        if (value instanceof JsonNull) {
            return Optional.of(
                    Problem.of(ErrorCode.BAD_JSON, "null is not stored; DELETE removes the field"));
        }
        return switch (key) {
            case Profiles.DISPLAY_NAME ->
                textFlaw(key, value, Profiles.DISPLAY_NAME_LIMIT_BYTES, "");
            case Profiles.AVATAR_URL -> textFlaw(key, value, AVATAR_URL_LIMIT_BYTES, "mxc://");
            case "m.tz" -> textFlaw(key, value, KEY_LIMIT_BYTES, "");
            default -> Optional.empty();
        };
    }

    private static Optional<Problem> textFlaw(
            String key, JsonValue value, int limitBytes, String start) {
        if (!(value instanceof JsonString(String text))) {
            return Optional.of(Problem.of(ErrorCode.BAD_JSON, "'" + key + "' is not a string"));
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > limitBytes) {
            return Optional.of(Problem.of(
                    ErrorCode.INVALID_PARAM,
                    "'" + key + "' is longer than " + limitBytes + " bytes"));
        }
        return text.isEmpty() || text.startsWith(start)
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ErrorCode.INVALID_PARAM, "'" + key + "' is not an " + start + " URI"));
    }

    /// Older clients clear a name or a picture by setting it to the empty text.
    private static boolean isCleared(String key, JsonValue value) {
        return (key.equals(Profiles.DISPLAY_NAME) || key.equals(Profiles.AVATAR_URL))
                && value.equals(new JsonString(""));
    }

    private static Response answer(Optional<Problem> problem) {
        return problem.map(Response::of).orElseGet(Response::empty);
    }

    private static Response notFound() {
        return Response.of(Problem.of(ErrorCode.NOT_FOUND, "There is no such profile."));
    }
}
