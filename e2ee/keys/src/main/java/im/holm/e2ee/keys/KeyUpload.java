package im.holm.e2ee.keys;

import im.holm.e2ee.keys.OneTimeKeyTable.Adding;
import im.holm.e2ee.keys.OneTimeKeyTable.Key;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `POST /keys/upload`: a device publishes its own keys.
final class KeyUpload {

    /// A device's identity keys, or one one-time key.
    static final int KEY_MAX_BYTES = 16 * 1024;

    private static final int NAME_MAX_BYTES = 255;

    private final KeyTable keys;
    private final OneTimeKeyTable oneTimeKeys;
    private final Stocks stocks;
    private final Commits commits;

    KeyUpload(KeyTable keys, OneTimeKeyTable oneTimeKeys, Stocks stocks, Commits commits) {
        this.keys = keys;
        this.oneTimeKeys = oneTimeKeys;
        this.stocks = stocks;
        this.commits = commits;
    }

    ClientRoute route() {
        return ClientRoute.user(
                Method.POST,
                "/_matrix/client/v3/keys/upload",
                new Documented("uploadKeys", "r0", "KeyUploadTest"),
                this::upload);
    }

    private Response upload(Caller caller, Request request) {
        Fields body = Fields.of(request);
        Optional<JsonObject> device =
                body.optionalFields("device_keys").map(given -> deviceKeys(caller, given));
        List<Key> single = named(body, "one_time_keys");
        List<Key> fallbacks = named(body, "fallback_keys");
        Set<String> algorithms = new HashSet<>();
        if (!fallbacks.stream().allMatch(key -> algorithms.add(key.algorithm()))) {
            body.refuse(ErrorCode.INVALID_PARAM, "'fallback_keys' has two of one algorithm");
        }
        if (body.failed()) {
            return body.failure();
        }
        Optional<Problem> problem = device.flatMap(given -> publish(caller, given))
                .or(() -> add(caller, single, fallbacks));
        if (problem.isPresent()) {
            return Response.of(problem.get());
        }
        return Response.json(
                JsonObject.of("one_time_key_counts", Stocks.counts(stocks.of(caller.deviceNid()))));
    }

    private static JsonObject deviceKeys(Caller caller, Fields given) {
        if (!given.string("user_id").equals(caller.user().toString())
                || !given.string("device_id").equals(caller.deviceId())) {
            given.refuse(ErrorCode.INVALID_PARAM, "the keys are not of this device");
        }
        if (given.optionalStrings("algorithms", 100).isEmpty()) {
            given.refuse(ErrorCode.MISSING_PARAM, "'device_keys.algorithms' is missing");
        }
        JsonObject publicKeys = given.object("keys");
        if (publicKeys.keys().stream().anyMatch(name -> publicKeys.string(name).isEmpty())) {
            given.refuse(ErrorCode.BAD_JSON, "'device_keys.keys' holds what is not a string");
        }
        given.optionalObject("signatures");
        JsonObject kept = given.object().without("unsigned");
        if (JsonWriter.write(kept).length > KEY_MAX_BYTES) {
            given.refuse(ErrorCode.TOO_LARGE, "a device's keys are at most 16 KiB");
        }
        return kept;
    }

    /// Keys by `algorithm:id`.
    private static List<Key> named(Fields body, String field) {
        Optional<JsonObject> given = body.optionalObject(field);
        List<Key> named = new ArrayList<>();
        given.ifPresent(object -> object.forEach((name, value) -> {
            int colon = name.indexOf(':');
            boolean valid = colon > 0
                    && colon < name.length() - 1
                    && name.length() <= NAME_MAX_BYTES
                    && name.indexOf('\0') < 0;
            if (!valid) {
                body.refuse(ErrorCode.INVALID_PARAM, "'" + field + "' has a key without a name");
            } else if (!isKey(value)) {
                body.refuse(ErrorCode.BAD_JSON, "'" + field + "' holds what is not a key");
            } else {
                named.add(new Key(name.substring(0, colon), name.substring(colon + 1), value));
            }
        }));
        return named;
    }

    private static boolean isKey(JsonValue value) {
        boolean form = value instanceof JsonString
                || value instanceof JsonObject object
                        && object.string("key").isPresent()
                        && object.object("signatures").isPresent();
        return form && JsonWriter.write(value).length <= KEY_MAX_BYTES;
    }

    /// The same keys again change nothing, so that nobody has to look at them again.
    private Optional<Problem> publish(Caller caller, JsonObject given) {
        boolean same = keys.devices(caller.userNid()).stream()
                .anyMatch(had ->
                        had.deviceNid() == caller.deviceNid() && had.keys().equals(given));
        return same
                ? Optional.empty()
                : commits.commit(new KeyChange.DeviceKeys(
                        caller.userNid(), caller.deviceNid(), caller.deviceId(), given));
    }

    private Optional<Problem> add(Caller caller, List<Key> single, List<Key> fallbacks) {
        if (single.isEmpty() && fallbacks.isEmpty()) {
            return Optional.empty();
        }
        Adding adding = oneTimeKeys.add(caller.deviceNid(), single, fallbacks);
        stocks.changed(caller.deviceNid());
        return switch (adding) {
            case Adding.Added _ -> Optional.empty();
            case Adding.Taken(String name) ->
                Optional.of(Problem.of(
                        ErrorCode.INVALID_PARAM, "There is another key of the name " + name + "."));
            case Adding.TooMany _ ->
                Optional.of(Problem.of(
                        ErrorCode.USER_LIMIT_EXCEEDED,
                        "A device has at most " + OneTimeKeyTable.KEYS_MAX + " one-time keys."));
        };
    }
}
