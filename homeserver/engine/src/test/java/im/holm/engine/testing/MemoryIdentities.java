package im.holm.engine.testing;

import im.holm.engine.port.Identities;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Numbers of users and servers, in memory.
public final class MemoryIdentities implements Identities {

    private final Numbers<UserId> users = new Numbers<>();
    private final Numbers<ServerName> servers = new Numbers<>();

    @Override
    public synchronized long userNid(UserId user) {
        return users.number(user);
    }

    @Override
    public synchronized Optional<Long> knownUserNid(UserId user) {
        return Optional.ofNullable(users.numbers.get(user)).map(Integer::longValue);
    }

    @Override
    public synchronized UserId user(long userNid) {
        return users.name(userNid);
    }

    @Override
    public synchronized int serverNid(ServerName server) {
        return servers.number(server);
    }

    @Override
    public synchronized ServerName server(int serverNid) {
        return servers.name(serverNid);
    }

    private static final class Numbers<T> {

        private final List<T> names = new ArrayList<>();
        private final Map<T, Integer> numbers = new HashMap<>();

        int number(T name) {
            return numbers.computeIfAbsent(name, fresh -> {
                names.add(fresh);
                return names.size();
            });
        }

        T name(long number) {
            if (number < 1 || number > names.size()) {
                throw new IllegalArgumentException("nobody has number " + number);
            }
            return names.get((int) number - 1);
        }
    }
}
