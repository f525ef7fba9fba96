package im.holm.journal;

import java.util.List;

/// The one way to write anything that somebody must learn of.
public interface Journal {

    /// Queues a unit for the next commit. Units are committed in the order in which they were
    /// submitted; returns at once (a full queue gives a ticket that is already `Unavailable`).
    <R> CommitTicket submit(Unit<R> unit);

    /// Submits and waits until it is durable.
    default <R> CommitOutcome commit(Unit<R> unit) {
        return submit(unit).await();
    }

    /// The cut that readers may see now. A read never shows anything beyond the vector that it
    /// took first.
    Vector visible();

    /// Facts after `after` and within `upTo`, in position order, at most `limit` (and at most
    /// [#READ_LIMIT_MAX]).
    List<JournalEntry> read(Vector after, Vector upTo, int limit);

    /// The highest position that retention has dropped, 0 if none: a cursor below it has missed
    /// facts and must be rebuilt another way.
    long retainedFrom();

    /// Calls `watcher` on the committer's thread after each commit became visible, in order.
    /// Watchers are registered while the node is put together and must be quick.
    void watch(CommitWatcher watcher);

    /// The present set of writer slots: what a token made now refers to.
    default Generation generation() {
        return Generation.FIRST;
    }

    /// A token for this cut.
    ///
    /// @param bootId of this run of the node, with `ephemeral` as far as it was seen
    default SyncToken token(Vector cut, int bootId, long ephemeral) {
        var now = generation();
        return new SyncToken(now.number(), now.shorten(cut), bootId, ephemeral);
    }

    /// The cut that a token stands for. It may lie beyond [#visible] after a restore of the
    /// database: then there is nothing new until the clock has passed it.
    default Vector cut(SyncToken token) {
        return generation().complete(token.vector());
    }

    /// Told of each visible commit.
    interface CommitWatcher {
        void visible(List<JournalEntry> entries, Vector now);
    }

    int READ_LIMIT_MAX = 10_000;
}
