package im.holm.e2ee.keys;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.Base64Text;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.protocol.signing.Ed25519Verifier;
import im.holm.protocol.signing.JsonSigning;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Reauthentication;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// `POST /keys/device_signing/upload`: a user publishes cross-signing keys (client-server API,
/// "Cross-signing").
final class CrossSigning {

    private static final int PUBLIC_KEY_BYTES = 32;
    static final String ED25519 = "ed25519:";

    private final KeyTable keys;
    private final Commits commits;
    private final Reauthentication reauthentication;

    CrossSigning(KeyTable keys, Commits commits, Reauthentication reauthentication) {
        this.keys = keys;
        this.commits = commits;
        this.reauthentication = reauthentication;
    }

    ClientRoute route() {
        return ClientRoute.user(
                Method.POST,
                "/_matrix/client/v3/keys/device_signing/upload",
                new Documented("uploadCrossSigningKeys", "1.1", "CrossSigningTest"),
                this::upload);
    }

    private Response upload(Caller caller, Request request) {
        Fields body = Fields.of(request);
        Map<Usage, JsonObject> given = new EnumMap<>(Usage.class);
        for (Usage usage : Usage.values()) {
            body.optionalFields(usage.field())
                    .ifPresent(key -> given.put(usage, key(caller, usage, key)));
        }
        if (body.failed()) {
            return body.failure();
        }
        Map<Usage, JsonObject> had = keys.crossSigning(caller.userNid());
        Optional<Problem> flaw = flaw(caller, given, had);
        if (flaw.isPresent()) {
            return Response.of(flaw.get());
        }
        boolean nothingNew = given.entrySet().stream()
                .allMatch(entry -> isSame(had.get(entry.getKey()), entry.getValue()));
        if (nothingNew) {
            return Response.empty();
        }
        if (had.containsKey(Usage.MASTER)) {
            Optional<Response> challenge =
                    reauthentication.demand(caller, request, "uploadCrossSigningKeys", body);
            if (challenge.isPresent()) {
                return challenge.get();
            }
        }
        return commits.commit(new KeyChange.CrossSigning(caller.userNid(), given))
                .map(Response::of)
                .orElseGet(Response::empty);
    }

    private static JsonObject key(Caller caller, Usage usage, Fields key) {
        if (!key.string("user_id").equals(caller.user().toString())) {
            key.refuse(ErrorCode.INVALID_PARAM, "the key is another user's");
        }
        if (!key.strings("usage", 10).contains(usage.wire())) {
            key.refuse(ErrorCode.INVALID_PARAM, "the key is for another usage");
        }
        key.object("keys");
        if (publicKey(key.object()).isEmpty()) {
            key.refuse(ErrorCode.INVALID_PARAM, "'keys' must hold one Ed25519 key under its name");
        }
        if (JsonWriter.write(key.object()).length > KeyUpload.KEY_MAX_BYTES) {
            key.refuse(ErrorCode.TOO_LARGE, "a key is at most 16 KiB");
        }
        return key.object().without("unsigned");
    }

    /// The public part, unpadded base64, if the key has the one that its name says.
    static Optional<String> publicKey(JsonObject key) {
        JsonObject named = key.object("keys").orElse(JsonObject.EMPTY);
        if (named.size() != 1 || !named.keyAt(0).startsWith(ED25519)) {
            return Optional.empty();
        }
        String name = named.keyAt(0).substring(ED25519.length());
        return named.string(named.keyAt(0))
                .filter(name::equals)
                .filter(text -> Base64Text.decode(text)
                        .filter(bytes -> bytes.length == PUBLIC_KEY_BYTES)
                        .isPresent());
    }

    private Optional<Problem> flaw(
            Caller caller, Map<Usage, JsonObject> given, Map<Usage, JsonObject> had) {
        Optional<String> master = Optional.ofNullable(
                        given.getOrDefault(Usage.MASTER, had.get(Usage.MASTER)))
                .flatMap(CrossSigning::publicKey);
        if (master.isEmpty()) {
            return Optional.of(
                    Problem.of(ErrorCode.MISSING_PARAM, "There is no master signing key."));
        }
        for (var entry : given.entrySet()) {
            JsonObject key = entry.getValue();
            if (entry.getKey() != Usage.MASTER
                    && !isSignedBy(key, caller.user().toString(), ED25519 + master.get(), master)) {
                return Optional.of(Problem.of(
                        ErrorCode.INVALID_SIGNATURE,
                        "The " + entry.getKey().wire() + " key is not signed by the master key."));
            }
        }
        boolean clash = keys.devices(caller.userNid()).stream()
                .anyMatch(device -> given.values().stream()
                        .flatMap(key -> publicKey(key).stream())
                        .anyMatch(device.deviceId()::equals));
        return clash
                ? Optional.of(Problem.of(ErrorCode.FORBIDDEN, "A device has this key as its id."))
                : Optional.empty();
    }

    /// Whether the object carries a valid signature of this user's key.
    ///
    /// @param publicKey of the signer, base64
    static boolean isSignedBy(
            JsonObject object, String user, String keyName, Optional<String> publicKey) {
        Optional<byte[]> signature = object.object("signatures")
                .flatMap(signatures -> signatures.object(user))
                .flatMap(byKey -> byKey.string(keyName))
                .flatMap(Base64Text::decode);
        Optional<byte[]> key = publicKey.flatMap(Base64Text::decode);
        return signature.isPresent()
                && key.isPresent()
                && Ed25519Verifier.verify(
                        key.get(), JsonSigning.signedBytes(object), signature.get());
    }

    private static boolean isSame(JsonObject had, JsonObject given) {
        return had != null && publicKey(had).equals(publicKey(given));
    }
}
