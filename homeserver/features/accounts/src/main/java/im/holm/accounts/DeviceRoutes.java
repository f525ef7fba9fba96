package im.holm.accounts;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A user's devices (client-server API, "Device Management").
///
/// NOTSPEC: `last_seen_ip` is optional in the specification and never stored here.
final class DeviceRoutes {

    /// Devices removed in one request, at most.
    private static final int REMOVALS_MAX = 1_000;

    private static final String TEST = "DeviceTest";

    private final Sessions sessions;
    private final Uia uia;
    private final OwnPassword ownPassword;

    DeviceRoutes(Sessions sessions, Uia uia, OwnPassword ownPassword) {
        this.sessions = sessions;
        this.uia = uia;
        this.ownPassword = ownPassword;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/devices",
                        new Documented("getDevices", "r0", TEST),
                        (caller, _) -> list(caller)),
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/devices/{deviceId}",
                        new Documented("getDevice", "r0", TEST),
                        this::get),
                ClientRoute.user(
                        Method.PUT,
                        "/_matrix/client/v3/devices/{deviceId}",
                        new Documented("updateDevice", "r0", TEST),
                        this::update),
                ClientRoute.user(
                        Method.DELETE,
                        "/_matrix/client/v3/devices/{deviceId}",
                        new Documented("deleteDevice", "r0", TEST),
                        this::delete),
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/delete_devices",
                        new Documented("deleteDevices", "r0", TEST),
                        this::deleteSeveral));
    }

    private Response list(Caller caller) {
        var devices = JsonArray.of(sessions.withLastSeen(caller.userNid()).stream()
                .map(DeviceRoutes::json)
                .toList());
        return Response.json(JsonObject.of("devices", devices));
    }

    private Response get(Caller caller, Request request) {
        return find(caller, request)
                .map(device -> Response.json(json(device)))
                .orElseGet(DeviceRoutes::notFound);
    }

    private Response update(Caller caller, Request request) {
        var body = Fields.of(request);
        Optional<String> name = DeviceFields.displayName(body, "display_name");
        if (body.failed()) {
            return body.failure();
        }
        Optional<Device> device = find(caller, request);
        if (device.isEmpty()) {
            return notFound();
        }
        return name.isEmpty()
                ? Response.empty()
                : LoginRoutes.ended(sessions.rename(device.get(), name));
    }

    private Response delete(Caller caller, Request request) {
        String id = request.param("deviceId");
        return authenticated(
                caller, "deleteDevice " + id, Fields.ofOptionalBody(request), request, Set.of(id));
    }

    private Response deleteSeveral(Caller caller, Request request) {
        var body = Fields.of(request);
        Optional<List<String>> ids = body.optionalStrings("devices", REMOVALS_MAX);
        if (ids.isEmpty()) {
            body.refuse(ErrorCode.MISSING_PARAM, "'devices' is missing");
        }
        if (body.failed()) {
            return body.failure();
        }
        return authenticated(caller, "deleteDevices", body, request, Set.copyOf(ids.get()));
    }

    private Response authenticated(
            Caller caller, String operation, Fields body, Request request, Set<String> ids) {
        Uia.Verdict verdict = uia.authenticate(
                operation + " " + caller.userNid(),
                body,
                Uia.Stage.PASSWORD,
                auth -> ownPassword.check(caller, request.remote().address(), auth));
        return switch (verdict) {
            case Uia.Verdict.Ask(Response response) -> response;
            case Uia.Verdict.Passed passed -> {
                uia.finish(passed);
                List<Device> devices = sessions.withLastSeen(caller.userNid()).stream()
                        .filter(device -> ids.contains(device.deviceId()))
                        .toList();
                yield LoginRoutes.ended(sessions.end(caller.userNid(), devices));
            }
        };
    }

    private Optional<Device> find(Caller caller, Request request) {
        return Optional.of(request.param("deviceId"))
                .filter(DeviceFields::isDeviceId)
                .flatMap(id -> sessions.device(caller.userNid(), id));
    }

    private static JsonObject json(Device device) {
        var body = JsonObject.builder()
                .put("device_id", device.deviceId())
                .put("last_seen_ts", device.lastSeenMs());
        device.displayName().ifPresent(name -> body.put("display_name", name));
        return body.build();
    }

    private static Response notFound() {
        return Response.of(Problem.of(ErrorCode.NOT_FOUND, "There is no such device."));
    }
}
