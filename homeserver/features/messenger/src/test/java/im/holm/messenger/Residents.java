package im.holm.messenger;

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

/// Users of a test node, in place of accounts: who has a token is known by it.
final class Residents implements UserSource, CallerSource {

    private final ServerName server;
    private final Identities identities;
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();
    private final Map<UserId, Profile> profiles = new ConcurrentHashMap<>();
    private final AtomicLong devices = new AtomicLong();

    Residents(ServerName server, Identities identities) {
        this.server = server;
        this.identities = identities;
    }

    /// A new device of a user, who is made if need be.
    ///
    /// @return its token
    String addDevice(String localpart) {
        var user = new UserId(localpart, server);
        String name = Character.toUpperCase(localpart.charAt(0)) + localpart.substring(1);
        profiles.putIfAbsent(user, new Profile(Optional.of(name), Optional.empty()));
        long device = devices.incrementAndGet();
        String token = "token-" + localpart + "-" + device;
        callers.put(
                token,
                new Caller(user, identities.userNid(user), "DEVICE" + device, device, false));
        return token;
    }

    void signOut(String token) {
        callers.remove(token);
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
