package im.holm.federation.call;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import im.holm.protocol.id.ServerName;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// Which servers are held to be down, and until when: one memory for all outgoing calls, so that a
/// dead server costs one connection attempt a while and not one a caller.
///
/// After the n-th failure in a row nothing is tried for 2^(n-1) seconds, give or take a fifth, and
/// at most [#PAUSE_MAX]. A call that a user waits for may probe meanwhile, every [#PROBE_PAUSE].
/// A server that proves itself to us by a request of its own is up again at once.
public final class ServerHealth {
    public static final Duration PAUSE_MAX = Duration.ofMinutes(30);
    public static final Duration PROBE_PAUSE = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int FAILURES_MAX = 20;
    private static final int SERVERS_MAX = 20_000;
    private static final double JITTER = 0.2;

    private final InstantSource time;
    private final Cache<ServerName, Trouble> troubles =
            Caffeine.newBuilder().maximumSize(SERVERS_MAX).build();
    private final List<Consumer<ServerName>> watchers = new CopyOnWriteArrayList<>();

    public ServerHealth(InstantSource time) {
        this.time = time;
    }

    /// A server's failures in a row.
    ///
    /// @param sinceMs when the first was
    /// @param probedMs when somebody last was let through
    public record Trouble(int failures, long sinceMs, long retryAtMs, long probedMs) {}

    /// Whether a call may be made now; a permitted probe counts as made.
    public boolean permits(ServerName server, Urgency urgency) {
        long now = time.millis();
        boolean[] permitted = {true};
        troubles.asMap().computeIfPresent(server, (_, trouble) -> {
            boolean due = now >= trouble.retryAtMs()
                    || urgency == Urgency.USER
                            && now >= trouble.probedMs() + PROBE_PAUSE.toMillis();
            permitted[0] = due;
            return due
                    ? new Trouble(trouble.failures(), trouble.sinceMs(), trouble.retryAtMs(), now)
                    : trouble;
        });
        return permitted[0];
    }

    /// The server answered, or made a request of its own.
    public void succeeded(ServerName server) {
        if (troubles.asMap().remove(server) != null) {
            watchers.forEach(watcher -> watcher.accept(server));
        }
    }

    /// The server did not answer, or not sensibly. Failures of calls that were on their way
    /// together count once.
    ///
    /// @param pauseMinMs how long the server itself asked us to wait, 0 if it did not
    public void failed(ServerName server, long pauseMinMs) {
        long now = time.millis();
        troubles.asMap().compute(server, (_, trouble) -> {
            if (trouble != null && now < trouble.retryAtMs()) {
                return trouble;
            }
            int failures = trouble == null ? 1 : Math.min(trouble.failures() + 1, FAILURES_MAX);
            long asked = Math.min(pauseMinMs, PAUSE_MAX.toMillis());
            return new Trouble(
                    failures,
                    trouble == null ? now : trouble.sinceMs(),
                    now + Math.max(pauseMs(failures), asked),
                    now);
        });
    }

    /// What is known against a server.
    public Optional<Trouble> trouble(ServerName server) {
        return Optional.ofNullable(troubles.getIfPresent(server));
    }

    /// Takes up what an earlier run of this node had found.
    public void restore(ServerName server, Trouble trouble) {
        troubles.put(server, trouble);
    }

    /// Calls `watcher` whenever a server that was held to be down is up again. Watchers are
    /// registered while the node is put together and must be quick.
    public void watchRecovery(Consumer<ServerName> watcher) {
        watchers.add(watcher);
    }

    private static long pauseMs(int failures) {
        long pause = Math.min(
                PAUSE_MAX.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures - 1, 30));
        double factor = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        return (long) (pause * factor);
    }
}
