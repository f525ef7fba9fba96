package im.holm.engine;

import im.holm.protocol.id.UserId;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Invites that the invited user's server is signing. That server may show the invite before we
/// have its answer, and a quick user's make_join comes before our commit: who is being invited is
/// waited for, not turned away ("Inviting to a room" of the server-server API has no third
/// message that would say when an invite is in the room).
final class InvitesUnderWay {

    /// How long a handshake waits for the invite that it may stand on.
    static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final Map<Key, CountDownLatch> underWay = new ConcurrentHashMap<>();

    private record Key(long roomNid, UserId target) {}

    /// To be closed when the invite is in the room or has failed. Of two invites of one user at
    /// the same time the later one is waited for.
    UnderWay begin(long roomNid, UserId target) {
        var key = new Key(roomNid, target);
        var ended = new CountDownLatch(1);
        underWay.put(key, ended);
        return () -> {
            underWay.remove(key, ended);
            ended.countDown();
        };
    }

    /// Waits until the user's invite is in the room or has failed, if one is under way.
    void settle(long roomNid, UserId target) {
        CountDownLatch ended = underWay.get(new Key(roomNid, target));
        if (ended == null) {
            return;
        }
        try {
            ended.await(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    interface UnderWay extends AutoCloseable {
        @Override
        void close();
    }
}
