package im.holm.e2ee.keys;

import im.holm.engine.port.Identities;
import im.holm.journal.WakeUps;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
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
import im.holm.slice.Servers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `POST /keys/claim`, from clients and from other servers: gives each one-time key to one asker
/// only.
final class KeyClaims {

    static final int DEVICES_MAX = 5_000;

    private static final String CLAIM = "/_matrix/federation/v1/user/keys/claim";

    private final ServerName self;
    private final Identities identities;
    private final DeviceSource devices;
    private final OneTimeKeyTable table;
    private final Stocks stocks;
    private final Servers servers;
    private final WakeUps wakeUps;

    KeyClaims(
            ServerName self,
            Identities identities,
            DeviceSource devices,
            OneTimeKeyTable table,
            Stocks stocks,
            Servers servers,
            WakeUps wakeUps) {
        this.self = self;
        this.identities = identities;
        this.devices = devices;
        this.table = table;
        this.stocks = stocks;
        this.servers = servers;
        this.wakeUps = wakeUps;
    }

    ClientRoute route() {
        return ClientRoute.user(
                Method.POST,
                "/_matrix/client/v3/keys/claim",
                new Documented("claimKeys", "r0", "KeyClaimTest"),
                this::claim);
    }

    FederationRoute federationRoute() {
        return FederationRoute.server(
                Method.POST,
                CLAIM,
                new Documented("claimUserEncryptionKeys", "r0", "KeyFederationTest"),
                this::answer);
    }

    private Response claim(Caller caller, Request request) {
        Fields body = Fields.of(request);
        Map<UserId, Map<String, String>> wanted = wanted(body);
        body.optionalInteger("timeout", 0, Long.MAX_VALUE);
        if (body.failed()) {
            return body.failure();
        }
        Map<String, JsonObject> claimed = new TreeMap<>();
        Map<String, JsonObject> failures = new TreeMap<>();
        Map<ServerName, Map<UserId, Map<String, String>>> elsewhere = new LinkedHashMap<>();
        wanted.forEach((user, ofUser) -> {
            if (user.server().equals(self)) {
                claimed.put(user.toString(), local(user, ofUser));
            } else if (elsewhere.containsKey(user.server())
                    || elsewhere.size() < Asking.SERVERS_MAX) {
                elsewhere
                        .computeIfAbsent(user.server(), _ -> new LinkedHashMap<>())
                        .put(user, ofUser);
            } else {
                failures.put(user.server().text(), JsonObject.EMPTY);
            }
        });
        Asking.each(elsewhere, (server, users) -> {
            Optional<Map<String, JsonObject>> answer = ask(server, users);
            synchronized (claimed) {
                answer.ifPresentOrElse(
                        claimed::putAll, () -> failures.put(server.text(), JsonObject.EMPTY));
            }
        });
        return Response.json(JsonObject.builder()
                .put("one_time_keys", (JsonValue) JsonObject.of(claimed))
                .put("failures", (JsonValue) JsonObject.of(failures))
                .build());
    }

    private Response answer(ServerName origin, Request request) {
        Fields body = Fields.of(request);
        Map<UserId, Map<String, String>> wanted = wanted(body);
        if (body.failed()) {
            return body.failure();
        }
        Map<String, JsonObject> claimed = new TreeMap<>();
        wanted.forEach((user, ofUser) -> {
            if (user.server().equals(self)) {
                claimed.put(user.toString(), local(user, ofUser));
            }
        });
        return Response.json(JsonObject.of("one_time_keys", JsonObject.of(claimed)));
    }

    /// Algorithm by device, by user.
    private static Map<UserId, Map<String, String>> wanted(Fields body) {
        Map<UserId, Map<String, String>> wanted = new LinkedHashMap<>();
        int[] count = {0};
        body.requiredFields("one_time_keys").forEach((name, ofUser) -> {
            Map<String, String> byDevice = new LinkedHashMap<>();
            ofUser.object().keys().forEach(id -> byDevice.put(id, ofUser.string(id)));
            count[0] += byDevice.size();
            UserId.parse(name)
                    .ifPresentOrElse(
                            user -> wanted.put(user, byDevice),
                            () -> body.refuse(
                                    ErrorCode.INVALID_PARAM,
                                    "'one_time_keys' has a key that is no user id"));
        });
        if (count[0] > DEVICES_MAX) {
            body.refuse(ErrorCode.INVALID_PARAM, "more than " + DEVICES_MAX + " devices");
        }
        return wanted;
    }

    private JsonObject local(UserId user, Map<String, String> wanted) {
        Optional<Long> nid = identities.knownUserNid(user);
        var claimed = JsonObject.builder();
        if (nid.isEmpty()) {
            return claimed.build();
        }
        for (UserDevice device : devices.devices(nid.get())) {
            String algorithm = wanted.get(device.deviceId());
            if (algorithm != null) {
                claim(device, algorithm)
                        .ifPresent(key -> claimed.put(
                                device.deviceId(), JsonObject.of(key.name(), key.json())));
                // The device is to see that it has fewer, and upload.
                wakeUps.wake(nid.get());
            }
        }
        return claimed.build();
    }

    private Optional<OneTimeKeyTable.Key> claim(UserDevice device, String algorithm) {
        Optional<OneTimeKeyTable.Key> key = table.claim(device.deviceNid(), algorithm);
        stocks.changed(device.deviceNid());
        return key;
    }

    /// Empty if the server did not answer. Of its answer only what was asked for is passed on.
    private Optional<Map<String, JsonObject>> ask(
            ServerName server, Map<UserId, Map<String, String>> users) {
        var wanted = JsonObject.builder();
        users.forEach((user, ofUser) -> {
            var byDevice = JsonObject.builder();
            ofUser.forEach((id, algorithm) -> byDevice.put(id, new JsonString(algorithm)));
            wanted.put(user.toString(), byDevice.build());
        });
        return switch (servers.post(
                server, CLAIM, JsonObject.of("one_time_keys", wanted.build()))) {
            case Servers.Answer.Answered(JsonObject body) -> {
                Map<String, JsonObject> claimed = new LinkedHashMap<>();
                JsonObject all = body.object("one_time_keys").orElse(JsonObject.EMPTY);
                users.forEach((user, ofUser) -> all.object(user.toString())
                        .ifPresent(found ->
                                claimed.put(user.toString(), found.keeping(ofUser.keySet()))));
                yield Optional.of(claimed);
            }
            case Servers.Answer.Failed _ -> Optional.empty();
        };
    }
}
