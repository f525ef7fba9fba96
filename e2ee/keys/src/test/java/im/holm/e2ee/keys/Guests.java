package im.holm.e2ee.keys;

import im.holm.engine.port.Identities;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.slice.Caller;
import im.holm.slice.CallerSource;
import im.holm.slice.DeviceSource;
import im.holm.slice.Fields;
import im.holm.slice.Reauthentication;
import im.holm.slice.UserSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// Users for tests: whoever is added exists, and has a device for each token. Who says
/// `"auth": "proof"` is who they are.
final class Guests implements CallerSource, UserSource, DeviceSource, Reauthentication {

    private static final AtomicLong DEVICES = new AtomicLong();

    private final ServerName server;
    private final Identities identities;
    private final Map<String, Caller> callers = new ConcurrentSkipListMap<>();

    Guests(ServerName server, Identities identities) {
        this.server = server;
        this.identities = identities;
    }

    /// A new device; its token is its id.
    Caller addDevice(String localpart) {
        var user = new UserId(localpart, server);
        long nid = DEVICES.incrementAndGet();
        var caller = new Caller(user, identities.userNid(user), "DEVICE" + nid, nid, false);
        callers.put(caller.deviceId(), caller);
        return caller;
    }

    void remove(Caller device) {
        callers.remove(device.deviceId());
    }

    @Override
    public Recognition recognize(String accessToken) {
        Caller caller = callers.get(accessToken);
        return caller == null
                ? new Recognition.Refused(Problem.of(ErrorCode.UNKNOWN_TOKEN))
                : new Recognition.Known(caller);
    }

    @Override
    public boolean exists(UserId user) {
        return callers.values().stream().anyMatch(caller -> caller.user().equals(user));
    }

    @Override
    public Optional<Profile> profile(UserId user) {
        return Optional.of(new Profile(Optional.empty(), Optional.empty()));
    }

    @Override
    public List<UserDevice> devices(long userNid) {
        return callers.values().stream()
                .filter(caller -> caller.userNid() == userNid)
                .map(caller -> new UserDevice(
                        caller.deviceNid(),
                        caller.deviceId(),
                        Optional.of("The " + caller.deviceId())))
                .toList();
    }

    @Override
    public Optional<Response> demand(
            Caller caller, Request request, String operation, Fields body) {
        return body.object().string("auth").filter("proof"::equals).isPresent()
                ? Optional.empty()
                : Optional.of(Response.of(Problem.of(ErrorCode.UIA_REFUSED)));
    }
}
