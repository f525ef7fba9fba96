package im.holm.messenger;

import im.holm.protocol.id.UserId;
import im.holm.slice.Kernel;
import im.holm.slice.Typing;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Who is typing, in place of the rooms feature: nobody's typing ends by itself.
final class TypingInMemory implements Typing {

    private final Kernel kernel;
    private final Map<Long, Set<UserId>> typing = new ConcurrentHashMap<>();
    private final Map<Long, Long> changes = new ConcurrentHashMap<>();

    TypingInMemory(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public void set(long roomNid, UserId user, boolean isTyping, Duration timeout) {
        typing.compute(roomNid, (_, before) -> {
            Set<UserId> now = before == null ? new TreeSet<>() : new TreeSet<>(before);
            if (isTyping) {
                now.add(user);
            } else {
                now.remove(user);
            }
            return now;
        });
        changes.put(roomNid, kernel.ephemeral().advance());
        for (long userNid : kernel.memberships().localJoined(roomNid)) {
            kernel.wakeUps().wake(userNid);
        }
    }

    @Override
    public Set<UserId> in(long roomNid) {
        return Set.copyOf(typing.getOrDefault(roomNid, Set.of()));
    }

    @Override
    public long changedAt(long roomNid) {
        return changes.getOrDefault(roomNid, 0L);
    }
}
