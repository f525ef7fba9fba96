package im.holm.journal;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/// Runs the node's followers, each on a virtual thread of its own: one that is slow or fails holds
/// up none of the others, and nothing is kept in memory for it but a batch.
public final class FollowerRunner implements AutoCloseable {

    /// A node has at most this many.
    public static final int FOLLOWERS_MAX = 64;

    private static final Duration STOP_MAX = Duration.ofSeconds(5);

    private final List<FollowerLoop> loops;

    public FollowerRunner(
            Journal journal,
            FollowerCursors cursors,
            InstantSource time,
            MeterRegistry registry,
            List<Follower> followers) {
        if (followers.size() > FOLLOWERS_MAX) {
            throw new IllegalArgumentException(followers.size() + " followers");
        }
        var names = followers.stream().map(Follower::name).collect(Collectors.toSet());
        if (names.size() < followers.size()) {
            throw new IllegalArgumentException("two followers of one name");
        }
        loops = followers.stream()
                .map(follower -> new FollowerLoop(journal, cursors, time, follower))
                .toList();
        for (FollowerLoop loop : loops) {
            Gauge.builder("holm.journal.follower.lag", loop, FollowerLoop::lagSeconds)
                    .description(
                            "age of the oldest fact that the follower has not read, in seconds")
                    .tag("follower", loop.name())
                    .register(registry);
        }
        journal.watch((entries, now) -> loops.forEach(FollowerLoop::wake));
    }

    public void start() {
        loops.forEach(FollowerLoop::start);
    }

    /// Lets each follower finish its batch, for at most 5 s, and keeps its cursor.
    @Override
    public void close() {
        loops.forEach(FollowerLoop::stop);
        loops.forEach(loop -> loop.join(STOP_MAX));
    }
}
