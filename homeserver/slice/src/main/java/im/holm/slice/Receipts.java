package im.holm.slice;

import im.holm.platform.error.Problem;

import java.util.Optional;

/// How far local users have read, and what is left for them; the rooms slice fills it. The same
/// numbers go to Matrix clients and to those of the Messenger API.
public interface Receipts {

    /// Counted at most.
    int UNREAD_MAX = 10_000;

    /// Messages of others after what the user has read of a room that they are joined to.
    int unread(long roomNid, long userNid);

    /// The caller has read the room up to the event of this number, as the other members may
    /// know (`m.read`). Durable when it returns.
    ///
    /// @return what went wrong, if anything did
    Optional<Problem> read(Caller caller, long roomNid, int ev);
}
