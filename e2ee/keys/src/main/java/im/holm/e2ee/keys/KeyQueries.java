package im.holm.e2ee.keys;

import im.holm.engine.port.Identities;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.DeviceSource;
import im.holm.slice.DeviceSource.UserDevice;
import im.holm.slice.Documented;
import im.holm.slice.FederationRoute;
import im.holm.slice.Fields;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// `POST /keys/query`, from clients and from other servers: identity keys of devices, and
/// cross-signing keys.
final class KeyQueries {

    static final int USERS_MAX = 5_000;

    private final ServerName self;
    private final Identities identities;
    private final DeviceSource devices;
    private final KeyTable keys;
    private final RemoteLists remote;

    KeyQueries(
            ServerName self,
            Identities identities,
            DeviceSource devices,
            KeyTable keys,
            RemoteLists remote) {
        this.self = self;
        this.identities = identities;
        this.devices = devices;
        this.keys = keys;
        this.remote = remote;
    }

    ClientRoute route() {
        return ClientRoute.user(
                Method.POST,
                "/_matrix/client/v3/keys/query",
                new Documented("queryKeys", "r0", "KeyQueryTest"),
                this::query);
    }

    FederationRoute federationRoute() {
        return FederationRoute.server(
                Method.POST,
                "/_matrix/federation/v1/user/keys/query",
                new Documented("queryUserEncryptionKeys", "r0", "KeyFederationTest"),
                this::answer);
    }

    private Response query(Caller caller, Request request) {
        Fields body = Fields.of(request);
        Map<UserId, Set<String>> wanted = wanted(body);
        body.optionalInteger("timeout", 0, Long.MAX_VALUE);
        if (body.failed()) {
            return body.failure();
        }
        var found = new Found();
        Map<ServerName, Map<UserId, Set<String>>> missing = new LinkedHashMap<>();
        wanted.forEach((user, ids) -> {
            if (user.server().equals(self)) {
                local(user, ids, Optional.of(caller), found);
                return;
            }
            Optional<JsonObject> fresh = remote.fresh(user);
            if (fresh.isPresent()) {
                remote(user, ids, fresh.get(), caller, found);
            } else if (missing.containsKey(user.server()) || missing.size() < Asking.SERVERS_MAX) {
                missing.computeIfAbsent(user.server(), _ -> new LinkedHashMap<>())
                        .put(user, ids);
            } else {
                found.failed(user.server());
            }
        });
        Asking.each(missing, (server, users) -> {
            RemoteLists.Fetched fetched = remote.fetch(server, users.keySet());
            fetched.lists()
                    .forEach((user, list) -> remote(user, users.get(user), list, caller, found));
            if (fetched.failed()) {
                found.failed(server);
            }
        });
        return Response.json(found.toClient());
    }

    /// Users with the ids of the devices that are wanted; none means all.
    private static Map<UserId, Set<String>> wanted(Fields body) {
        Map<UserId, Set<String>> wanted = new LinkedHashMap<>();
        JsonObject given = body.object("device_keys");
        if (given.size() > USERS_MAX) {
            body.refuse(ErrorCode.INVALID_PARAM, "more than " + USERS_MAX + " users");
        }
        given.forEach((name, value) -> {
            Optional<UserId> user = UserId.parse(name);
            Optional<List<String>> ids =
                    value instanceof JsonArray array ? array.strings() : Optional.empty();
            if (user.isEmpty()) {
                body.refuse(ErrorCode.INVALID_PARAM, "'device_keys' has a key that is no user id");
            } else if (ids.isEmpty()) {
                body.refuse(ErrorCode.BAD_JSON, "'device_keys' holds what is not a list of ids");
            } else {
                wanted.put(user.get(), Set.copyOf(ids.get()));
            }
        });
        return wanted;
    }

    /// Another server asks for keys of our users. Names that users have given their devices
    /// stay here.
    private Response answer(ServerName origin, Request request) {
        Fields body = Fields.of(request);
        Map<UserId, Set<String>> wanted = wanted(body);
        if (body.failed()) {
            return body.failure();
        }
        var found = new Found();
        wanted.forEach((user, ids) -> {
            if (user.server().equals(self)) {
                local(user, ids, Optional.empty(), found);
            }
        });
        return Response.json(found.toServer());
    }

    /// All devices of a local user with keys, as another server gets them.
    JsonObject ofLocal(UserId user) {
        var found = new Found();
        local(user, Set.of(), Optional.empty(), found);
        return found.toServer();
    }

    /// The master key that the user is known by.
    Optional<JsonObject> masterKey(UserId user) {
        if (user.server().equals(self)) {
            return identities
                    .knownUserNid(user)
                    .flatMap(nid -> Optional.ofNullable(keys.crossSigning(nid).get(Usage.MASTER)));
        }
        return remote.fresh(user)
                .or(() -> Optional.ofNullable(
                        remote.fetch(user.server(), Set.of(user)).lists().get(user)))
                .flatMap(list -> list.object(Usage.MASTER.field()));
    }

    private void local(UserId user, Set<String> ids, Optional<Caller> viewer, Found found) {
        Optional<Long> known = identities.knownUserNid(user);
        if (known.isEmpty()) {
            return;
        }
        long nid = known.get();
        var signatures = new Signatures(nid, viewer);
        Map<Long, UserDevice> named = viewer.isPresent()
                ? devices.devices(nid).stream()
                        .collect(Collectors.toMap(UserDevice::deviceNid, Function.identity()))
                : Map.of();
        var all = JsonObject.builder();
        for (KeyTable.DeviceKeys device : keys.devices(nid)) {
            if (ids.isEmpty() || ids.contains(device.deviceId())) {
                JsonObject signed = signatures.on(device.deviceId(), device.keys());
                all.put(
                        device.deviceId(),
                        Optional.ofNullable(named.get(device.deviceNid()))
                                .flatMap(UserDevice::displayName)
                                .map(name -> signed.with(
                                        "unsigned",
                                        JsonObject.of("device_display_name", new JsonString(name))))
                                .orElse(signed));
            }
        }
        found.devices(user, all.build());
        boolean oneself = viewer.filter(caller -> caller.user().equals(user)).isPresent();
        keys.crossSigning(nid).forEach((usage, key) -> {
            if (usage != Usage.USER_SIGNING || oneself) {
                found.crossSigning(usage, user, signatures.onCrossSigning(key));
            }
        });
    }

    private void remote(UserId user, Set<String> ids, JsonObject list, Caller viewer, Found found) {
        var signatures = new Signatures(identities.userNid(user), Optional.of(viewer));
        JsonObject all = list.object("devices").orElse(JsonObject.EMPTY);
        found.devices(user, ids.isEmpty() ? all : all.keeping(ids));
        for (Usage usage : Usage.values()) {
            list.object(usage.field())
                    .ifPresent(
                            key -> found.crossSigning(usage, user, signatures.onCrossSigning(key)));
        }
    }

    /// Signatures on one user's keys that a viewer may see: the user's own, and the viewer's.
    private final class Signatures {

        private final Map<String, JsonObject> byTarget = new HashMap<>();

        Signatures(long targetNid, Optional<Caller> viewer) {
            Set<Long> signers = new HashSet<>();
            signers.add(targetNid);
            viewer.ifPresent(caller -> signers.add(caller.userNid()));
            for (KeySignature signature : keys.signatures(targetNid, signers)) {
                String signer = identities.user(signature.signerNid()).toString();
                byTarget.merge(
                        signature.targetKey(),
                        JsonObject.of(
                                signer,
                                JsonObject.of(
                                        signature.signerKey(),
                                        new JsonString(signature.signature()))),
                        Signatures::merged);
            }
        }

        JsonObject on(String targetKey, JsonObject key) {
            JsonObject more = byTarget.get(targetKey);
            return more == null
                    ? key
                    : key.with(
                            "signatures",
                            merged(key.object("signatures").orElse(JsonObject.EMPTY), more));
        }

        JsonObject onCrossSigning(JsonObject key) {
            return CrossSigning.publicKey(key).map(name -> on(name, key)).orElse(key);
        }

        private static JsonObject merged(JsonObject first, JsonObject second) {
            var merged = JsonObject.builder().putAll(first);
            second.forEach((signer, value) -> merged.put(
                    signer,
                    JsonObject.builder()
                            .putAll(first.object(signer).orElse(JsonObject.EMPTY))
                            .putAll((JsonObject) value)
                            .build()));
            return merged.build();
        }
    }

    /// An answer while it is put together, by several threads.
    private static final class Found {

        private final Map<String, JsonObject> devices = new TreeMap<>();
        private final Map<Usage, Map<String, JsonObject>> crossSigning = new HashMap<>();
        private final Map<String, JsonObject> failures = new TreeMap<>();

        synchronized void devices(UserId user, JsonObject ofUser) {
            devices.put(user.toString(), ofUser);
        }

        synchronized void crossSigning(Usage usage, UserId user, JsonObject key) {
            crossSigning.computeIfAbsent(usage, _ -> new TreeMap<>()).put(user.toString(), key);
        }

        synchronized void failed(ServerName server) {
            failures.put(server.text(), JsonObject.EMPTY);
        }

        synchronized JsonObject toClient() {
            return answer(Usage.values())
                    .put("failures", (JsonValue) JsonObject.of(failures))
                    .build();
        }

        synchronized JsonObject toServer() {
            return answer(Usage.MASTER, Usage.SELF_SIGNING).build();
        }

        private JsonObject.Builder answer(Usage... usages) {
            var answer =
                    JsonObject.builder().put("device_keys", (JsonValue) JsonObject.of(devices));
            for (Usage usage : usages) {
                Map<String, JsonObject> ofUsage = crossSigning.getOrDefault(usage, Map.of());
                answer.put(usage.queried(), (JsonValue) JsonObject.of(ofUsage));
            }
            return answer;
        }
    }
}
