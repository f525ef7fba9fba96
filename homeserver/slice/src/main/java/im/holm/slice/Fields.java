package im.holm.slice;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonNull;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Reads the keys of an untrusted JSON object, typed. The first thing that is wrong is remembered
/// and reading goes on with a placeholder, so that a handler reads all it needs in a row and asks
/// once, before it uses anything:
///
/// ```java
/// var body = Fields.of(request);
/// Optional<String> reason = body.optionalString("reason");
/// Optional<UserId> user = body.id("user_id", UserId::parse);
/// if (body.failed()) {
///     return body.failure();
/// }
/// ```
///
/// A missing key is `M_MISSING_PARAM`, a value of another type `M_BAD_JSON`, an id that is not one
/// or a number out of range `M_INVALID_PARAM`, a body that is not JSON `M_NOT_JSON` (client-server
/// API, "Standard error response"). `null` counts as absent.
public final class Fields {

    private final JsonObject object;
    private final String within;
    private final Flaw flaw;

    private Fields(JsonObject object, String within, Flaw flaw) {
        this.object = object;
        this.within = within;
        this.flaw = flaw;
    }

    /// The body of a request that must have one.
    public static Fields of(Request request) {
        var flaw = new Flaw();
        return new Fields(parse(request.body(), flaw), "", flaw);
    }

    /// The body of a request that may be without: an absent body counts as `{}`.
    public static Fields ofOptionalBody(Request request) {
        return request.body().length == 0 ? of(JsonObject.EMPTY) : of(request);
    }

    public static Fields of(JsonObject object) {
        return new Fields(object, "", new Flaw());
    }

    /// Path and query of the same request, sharing this reading's flaw.
    public Parameters parameters(Request request) {
        return new Parameters(request, flaw);
    }

    /// All keys, also those that nobody asked for.
    public JsonObject object() {
        return object;
    }

    public boolean failed() {
        return flaw.first().isPresent();
    }

    /// What was wrong first, if anything was.
    public Optional<Problem> problem() {
        return flaw.first();
    }

    /// The answer that tells what was wrong.
    ///
    /// @throws IllegalStateException if nothing was
    public Response failure() {
        return Response.of(
                flaw.first().orElseThrow(() -> new IllegalStateException("nothing is wrong")));
    }

    /// Records a flaw that only the caller can see.
    public void refuse(ErrorCode code, String message) {
        flaw.found(code, message);
    }

    public boolean has(String key) {
        return value(key).isPresent();
    }

    /// A required string; empty if there is none.
    public String string(String key) {
        return required(key, optionalString(key)).orElse("");
    }

    public Optional<String> optionalString(String key) {
        return value(key)
                .flatMap(value -> value instanceof JsonString(String string)
                        ? Optional.of(string)
                        : wrong(key, "a string"));
    }

    /// A required id, or another string with a grammar; empty only if that was a flaw.
    public <T> Optional<T> id(String key, Function<String, Optional<T>> parse) {
        return required(key, optionalId(key, parse));
    }

    public <T> Optional<T> optionalId(String key, Function<String, Optional<T>> parse) {
        return optionalString(key).flatMap(text -> {
            Optional<T> id = parse.apply(text);
            if (id.isEmpty()) {
                flaw.found(ErrorCode.INVALID_PARAM, "'" + name(key) + "' is not valid");
            }
            return id;
        });
    }

    /// A required integer; `min` if there is none.
    public long integer(String key, long min, long max) {
        if (!has(key)) {
            return required(key, Optional.<Long>empty()).orElse(min);
        }
        return optionalInteger(key, min, max).orElse(min);
    }

    public OptionalLong optionalInteger(String key, long min, long max) {
        Optional<JsonValue> value = value(key);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!(value.get() instanceof JsonInteger(long integer))) {
            wrong(key, "an integer");
            return OptionalLong.empty();
        }
        if (integer < min || integer > max) {
            flaw.found(
                    ErrorCode.INVALID_PARAM, "'" + name(key) + "' is not in " + min + ".." + max);
            return OptionalLong.empty();
        }
        return OptionalLong.of(integer);
    }

    public Optional<Boolean> optionalBool(String key) {
        return value(key)
                .flatMap(value -> value instanceof JsonBoolean bool
                        ? Optional.of(bool.value())
                        : wrong(key, "a boolean"));
    }

    public boolean bool(String key, boolean otherwise) {
        return optionalBool(key).orElse(otherwise);
    }

    /// A required object; empty if there is none.
    public JsonObject object(String key) {
        return required(key, optionalObject(key)).orElse(JsonObject.EMPTY);
    }

    public Optional<JsonObject> optionalObject(String key) {
        return value(key)
                .flatMap(value -> value instanceof JsonObject found
                        ? Optional.of(found)
                        : wrong(key, "an object"));
    }

    /// An object to be read in its turn; its flaws are this reading's.
    public Optional<Fields> optionalFields(String key) {
        return optionalObject(key).map(found -> new Fields(found, name(key) + ".", flaw));
    }

    /// A required object to be read in its turn; empty if there is none.
    public Fields requiredFields(String key) {
        return required(key, optionalFields(key))
                .orElseGet(() -> new Fields(JsonObject.EMPTY, name(key) + ".", flaw));
    }

    /// Each key with its value, which must be an object, to be read in its turn.
    public void forEach(BiConsumer<String, Fields> action) {
        for (String key : object.keys()) {
            action.accept(key, requiredFields(key));
        }
    }

    public boolean requiredBool(String key) {
        return required(key, optionalBool(key)).orElse(false);
    }

    /// Strings of an array; none if the key is absent.
    public List<String> strings(String key, int max) {
        return optionalStrings(key, max).orElse(List.of());
    }

    /// Tells an absent array from an empty one.
    public Optional<List<String>> optionalStrings(String key, int max) {
        return array(key, max).flatMap(array -> {
            Optional<List<String>> strings = array.strings();
            return strings.isPresent() ? strings : wrong(key, "an array of strings");
        });
    }

    /// Ids in an array; none if the key is absent.
    public <T> List<T> ids(String key, int max, Function<String, Optional<T>> parse) {
        List<T> ids = new ArrayList<>();
        for (String text : strings(key, max)) {
            Optional<T> id = parse.apply(text);
            if (id.isEmpty()) {
                flaw.found(ErrorCode.INVALID_PARAM, "'" + name(key) + "' holds what is not valid");
                return List.of();
            }
            ids.add(id.get());
        }
        return List.copyOf(ids);
    }

    /// Objects of an array, to be read in their turn; none if the key is absent.
    public List<Fields> objects(String key, int max) {
        Optional<JsonArray> array = array(key, max);
        if (array.isEmpty()) {
            return List.of();
        }
        Optional<List<JsonObject>> objects = array.get().objects();
        if (objects.isEmpty()) {
            wrong(key, "an array of objects");
            return List.of();
        }
        List<Fields> all = new ArrayList<>();
        for (JsonObject one : objects.get()) {
            all.add(new Fields(one, name(key) + "[" + all.size() + "].", flaw));
        }
        return List.copyOf(all);
    }

    private Optional<JsonArray> array(String key, int max) {
        return value(key).flatMap(value -> {
            if (!(value instanceof JsonArray array)) {
                return wrong(key, "an array");
            }
            if (array.size() > max) {
                flaw.found(
                        ErrorCode.INVALID_PARAM,
                        "'" + name(key) + "' has more than " + max + " entries");
                return Optional.empty();
            }
            return Optional.of(array);
        });
    }

    private Optional<JsonValue> value(String key) {
        return object.get(key).filter(value -> !(value instanceof JsonNull));
    }

    private <T> Optional<T> required(String key, Optional<T> value) {
        if (value.isEmpty()) {
            flaw.found(ErrorCode.MISSING_PARAM, "'" + name(key) + "' is missing");
        }
        return value;
    }

    private <T> Optional<T> wrong(String key, String expected) {
        flaw.found(ErrorCode.BAD_JSON, "'" + name(key) + "' is not " + expected);
        return Optional.empty();
    }

    private String name(String key) {
        return within + key;
    }

    private static JsonObject parse(byte[] body, Flaw flaw) {
        return switch (JsonParser.parse(body, JsonLimits.clientBody(Math.max(1, body.length)))) {
            case JsonResult.Parsed(JsonObject parsed) -> parsed;
            case JsonResult.Parsed(JsonValue _) -> {
                flaw.found(ErrorCode.BAD_JSON, "the body is not an object");
                yield JsonObject.EMPTY;
            }
            case JsonResult.Malformed(var problem, String where) -> {
                flaw.found(
                        problem.isNotJson() ? ErrorCode.NOT_JSON : ErrorCode.BAD_JSON,
                        "the body was not accepted as JSON: "
                                + problem.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                                + " at " + where);
                yield JsonObject.EMPTY;
            }
        };
    }

    /// What was found wrong first; shared by all readings of one request.
    static final class Flaw {

        private Optional<Problem> first = Optional.empty();

        void found(ErrorCode code, String message) {
            if (first.isEmpty()) {
                first = Optional.of(Problem.of(code, message));
            }
        }

        Optional<Problem> first() {
            return first;
        }
    }
}
