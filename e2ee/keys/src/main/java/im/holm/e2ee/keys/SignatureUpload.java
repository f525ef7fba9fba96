package im.holm.e2ee.keys;

import im.holm.engine.port.Identities;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `POST /keys/signatures/upload`: a user signs own devices, the own master key, or the master keys
/// of users whom they have verified. Only what a known key of the caller has signed is kept.
final class SignatureUpload {

    private static final int KEYS_MAX = 1_000;
    private static final int KEY_NAME_MAX = 255;

    private final KeyTable keys;
    private final Identities identities;
    private final Commits commits;
    private final KeyQueries queries;

    SignatureUpload(KeyTable keys, Identities identities, Commits commits, KeyQueries queries) {
        this.keys = keys;
        this.identities = identities;
        this.commits = commits;
        this.queries = queries;
    }

    ClientRoute route() {
        return ClientRoute.user(
                Method.POST,
                "/_matrix/client/v3/keys/signatures/upload",
                new Documented("uploadCrossSigningSignatures", "1.1", "CrossSigningTest"),
                this::upload);
    }

    private record Refused(ErrorCode code, String message) {}

    private Response upload(Caller caller, Request request) {
        Fields body = Fields.of(request);
        Map<String, Map<String, JsonObject>> given = new LinkedHashMap<>();
        body.forEach((user, ofUser) -> {
            Map<String, JsonObject> signed = new LinkedHashMap<>();
            ofUser.forEach((key, object) -> signed.put(key, object.object()));
            given.put(user, signed);
        });
        if (given.values().stream().mapToInt(Map::size).sum() > KEYS_MAX) {
            body.refuse(ErrorCode.INVALID_PARAM, "more than " + KEYS_MAX + " keys");
        }
        if (body.failed()) {
            return body.failure();
        }
        var own = new OwnKeys(keys.crossSigning(caller.userNid()), keys.devices(caller.userNid()));
        List<KeySignature> accepted = new ArrayList<>();
        var failures = JsonObject.builder();
        given.forEach((user, signed) -> {
            var ofUser = JsonObject.builder();
            signed.forEach((key, object) -> read(caller, own, user, key, object, accepted)
                    .ifPresent(refused -> ofUser.put(
                            key,
                            JsonObject.builder()
                                    .put("errcode", refused.code().errcode())
                                    .put("error", refused.message())
                                    .build())));
            JsonObject refused = ofUser.build();
            if (!refused.isEmpty()) {
                failures.put(user, refused);
            }
        });
        if (!accepted.isEmpty()) {
            var problem = commits.commit(new KeyChange.Signing(caller.userNid(), accepted));
            if (problem.isPresent()) {
                return Response.of(problem.get());
            }
        }
        return Response.json(JsonObject.of("failures", failures.build()));
    }

    /// The keys of the caller that may sign.
    private record OwnKeys(Map<Usage, JsonObject> crossSigning, List<KeyTable.DeviceKeys> devices) {

        Optional<String> publicKey(Usage usage) {
            return Optional.ofNullable(crossSigning.get(usage)).flatMap(CrossSigning::publicKey);
        }

        Optional<KeyTable.DeviceKeys> device(String id) {
            return devices.stream()
                    .filter(device -> device.deviceId().equals(id))
                    .findFirst();
        }
    }

    private Optional<Refused> read(
            Caller caller,
            OwnKeys own,
            String user,
            String key,
            JsonObject signed,
            List<KeySignature> accepted) {
        Optional<UserId> target = UserId.parse(user);
        if (target.isEmpty() || key.length() > KEY_NAME_MAX || key.indexOf('\0') >= 0) {
            return refused(ErrorCode.INVALID_PARAM, "This is not a user's key.");
        }
        return target.get().equals(caller.user())
                ? ofOneself(caller, own, key, signed, accepted)
                : ofAnother(caller, own, target.get(), key, signed, accepted);
    }

    private Optional<Refused> ofOneself(
            Caller caller,
            OwnKeys own,
            String key,
            JsonObject signed,
            List<KeySignature> accepted) {
        Optional<KeyTable.DeviceKeys> device = own.device(key);
        if (device.isPresent()) {
            return add(
                    caller,
                    caller.userNid(),
                    key,
                    true,
                    device.get().keys(),
                    signed,
                    own.publicKey(Usage.SELF_SIGNING).map(Signer::of),
                    accepted);
        }
        if (own.publicKey(Usage.MASTER).filter(key::equals).isPresent()) {
            return add(
                    caller,
                    caller.userNid(),
                    key,
                    false,
                    own.crossSigning().get(Usage.MASTER),
                    signed,
                    signingDevice(caller, own, signed),
                    accepted);
        }
        return refused(ErrorCode.NOT_FOUND, "There is no such key.");
    }

    private static Optional<Signer> signingDevice(Caller caller, OwnKeys own, JsonObject signed) {
        JsonObject signatures = signed.object("signatures")
                .flatMap(all -> all.object(caller.user().toString()))
                .orElse(JsonObject.EMPTY);
        return signatures.keys().stream()
                .filter(name -> name.startsWith(CrossSigning.ED25519))
                .flatMap(name -> own.device(name.substring(CrossSigning.ED25519.length())).stream()
                        .flatMap(device -> device.keys().object("keys").stream())
                        .flatMap(publicKeys -> publicKeys.string(name).stream())
                        .map(publicKey -> new Signer(name, publicKey)))
                .findFirst();
    }

    private Optional<Refused> ofAnother(
            Caller caller,
            OwnKeys own,
            UserId target,
            String key,
            JsonObject signed,
            List<KeySignature> accepted) {
        Optional<JsonObject> master = queries.masterKey(target)
                .filter(known ->
                        CrossSigning.publicKey(known).filter(key::equals).isPresent());
        if (master.isEmpty()) {
            return refused(ErrorCode.NOT_FOUND, "There is no such key.");
        }
        return add(
                caller,
                identities.userNid(target),
                key,
                false,
                master.get(),
                signed,
                own.publicKey(Usage.USER_SIGNING).map(Signer::of),
                accepted);
    }

    /// @param keyName such as `ed25519:ABCDEFGHIJ`
    private record Signer(String keyName, String publicKey) {

        static Signer of(String publicKey) {
            return new Signer(CrossSigning.ED25519 + publicKey, publicKey);
        }
    }

    private static Optional<Refused> add(
            Caller caller,
            long targetNid,
            String targetKey,
            boolean device,
            JsonObject stored,
            JsonObject signed,
            Optional<Signer> signer,
            List<KeySignature> accepted) {
        if (!bare(stored).equals(bare(signed))) {
            return refused(ErrorCode.INVALID_PARAM, "What was signed is not the key as it is.");
        }
        String user = caller.user().toString();
        boolean valid = signer.isPresent()
                && CrossSigning.isSignedBy(
                        signed,
                        user,
                        signer.get().keyName(),
                        Optional.of(signer.get().publicKey()));
        if (!valid) {
            return refused(ErrorCode.INVALID_SIGNATURE, "No key of yours has signed this validly.");
        }
        String signature = signed.object("signatures")
                .flatMap(all -> all.object(user))
                .flatMap(byKey -> byKey.string(signer.get().keyName()))
                .orElseThrow();
        accepted.add(new KeySignature(
                targetNid, targetKey, device, caller.userNid(), signer.get().keyName(), signature));
        return Optional.empty();
    }

    private static JsonObject bare(JsonObject key) {
        return key.without("signatures").without("unsigned");
    }

    private static Optional<Refused> refused(ErrorCode code, String message) {
        return Optional.of(new Refused(code, message));
    }
}
