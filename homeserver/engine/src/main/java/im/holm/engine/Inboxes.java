package im.holm.engine;

import com.github.benmanes.caffeine.cache.Cache;

import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.platform.cache.Caches;

import java.util.List;
import java.util.Optional;

/// What has become new for each local user who reads, so that a reader need neither read the
/// journal nor look at all of their rooms (docs/engine.md, section 7).
///
/// A reader takes [#cut] first and reads up to it: everything within it has reached the inboxes.
/// Whoever was answered that something of theirs is durable finds it within the cut.
public final class Inboxes {

    private static final double SHARE = 0.05;

    private final Journal journal;
    private final Cache<Long, Inbox> byUser;
    private volatile Vector cut;
    /// What may have been missed by everybody.
    private volatile Vector missed = Vector.ZERO;

    Inboxes(Journal journal, Caches caches) {
        this.journal = journal;
        this.byUser = caches.weighed("inboxes", SHARE, (_, inbox) -> inbox.weightBytes());
        this.cut = journal.visible();
    }

    /// Up to where everything that is visible has reached the inboxes.
    public Vector cut() {
        return cut;
    }

    /// One fact for each thing that has changed for the user after `since`: the newest of its
    /// kind in its room (its `ref` is 0 then). It may lie beyond the cut. Empty if that is not
    /// known: the journal has to be read. Who asks once is kept up to date from then on.
    public Optional<List<JournalEntry>> after(long userNid, Vector since) {
        Inbox known = byUser.getIfPresent(userNid);
        if (known == null) {
            byUser.get(userNid, _ -> new Inbox()).open(journal.visible());
            return Optional.empty();
        }
        return since.covers(missed) ? known.after(since) : Optional.empty();
    }

    /// On the committer's thread: something that concerns the user is visible.
    void append(long userNid, JournalEntry entry) {
        Inbox inbox = byUser.policy().getIfPresentQuietly(userNid);
        if (inbox != null && inbox.append(entry)) {
            byUser.put(userNid, inbox);
        }
    }

    /// On the committer's thread: whom the fact at this position concerns is not in memory.
    void miss(long position) {
        missed = missed.with(position);
    }

    /// On the committer's thread: everything within this cut was appended.
    void advance(Vector now) {
        cut = now;
    }
}
