package im.holm.engine.testing;

import im.holm.engine.port.Identities;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Numbers of users and servers, in memory.
public final class MemoryIdentities implements Identities {

    private final List<UserId> users = new ArrayList<>();
    private final List<ServerName> servers = new ArrayList<>();

    @Override
    public synchronized long userNid(UserId user) {
        return number(users, user);
    }

    @Override
    public synchronized Optional<Long> knownUserNid(UserId user) {
        int at = users.indexOf(user);
        return at < 0 ? Optional.empty() : Optional.of(at + 1L);
    }

    @Override
    public synchronized UserId user(long userNid) {
        return name(users, userNid);
    }

    @Override
    public synchronized int serverNid(ServerName server) {
        return number(servers, server);
    }

    @Override
    public synchronized ServerName server(int serverNid) {
        return name(servers, serverNid);
    }

    private static <T> int number(List<T> names, T name) {
        int at = names.indexOf(name);
        if (at >= 0) {
            return at + 1;
        }
        names.add(name);
        return names.size();
    }

    private static <T> T name(List<T> names, long number) {
        if (number < 1 || number > names.size()) {
            throw new IllegalArgumentException("nobody has number " + number);
        }
        return names.get((int) number - 1);
    }
}
