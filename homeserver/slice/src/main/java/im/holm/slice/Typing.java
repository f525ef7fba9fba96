package im.holm.slice;

import im.holm.protocol.id.UserId;

import java.time.Duration;
import java.util.Set;

/// Who is typing where; the rooms slice fills it.
public interface Typing {

    /// A local user started or stopped.
    ///
    /// @param timeout at most [#TIMEOUT_MAX]; unused when stopping
    void set(long roomNid, UserId user, boolean typing, Duration timeout);

    Set<UserId> in(long roomNid);

    /// The [Ephemeral] number of the room's last change, 0 if nobody typed since the start.
    long changedAt(long roomNid);

    Duration TIMEOUT_MAX = Duration.ofSeconds(30);
}
