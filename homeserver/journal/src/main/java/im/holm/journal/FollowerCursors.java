package im.holm.journal;

import java.util.Optional;

/// Where followers' cursors are kept; `store` fills it.
public interface FollowerCursors {

    /// Empty if the follower has never run here.
    Optional<Vector> cursor(String follower);

    void keep(String follower, Vector cursor);
}
