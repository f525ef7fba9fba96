package im.holm.rooms;

import im.holm.engine.port.Identities;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.slice.Caller;
import im.holm.slice.CallerSource;
import im.holm.slice.UserSource;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Users for tests: whoever is added exists, and has a device for each token.
final class Guests implements CallerSource, UserSource {

    private final ServerName server;
    private final Identities identities;
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();
    private final Map<UserId, Profile> profiles = new ConcurrentHashMap<>();
    /// One number a device whatever node it is of: a node may be started anew.
    private static final AtomicLong DEVICES = new AtomicLong();

    Guests(ServerName server, Identities identities) {
        this.server = server;
        this.identities = identities;
    }

    /// A token for a new device of the user, who exists from now on.
    String addDevice(String localpart) {
        UserId user = new UserId(localpart, server);
        long device = DEVICES.incrementAndGet();
        String token = "token-" + localpart + "-" + device;
        profiles.putIfAbsent(user, new Profile(Optional.of("The " + localpart), Optional.empty()));
        callers.put(
                token,
                new Caller(user, identities.userNid(user), "DEVICE" + device, device, false));
        return token;
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
        return profiles.containsKey(user);
    }

    @Override
    public Optional<Profile> profile(UserId user) {
        return Optional.ofNullable(profiles.get(user));
    }
}
