package im.holm.engine;

import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.Vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What has become new for one local user since some cut: of each room and kind of fact the newest
/// only, so that a busy room takes one place. Safe for any number of threads.
final class Inbox {

    /// Places in one inbox, at most; the oldest make way, and the inbox then reaches less far
    /// back.
    static final int TOPICS_MAX = 512;

    /// About what one place takes.
    static final int TOPIC_BYTES = 128;

    /// In the order of the positions.
    private final Map<Topic, Long> newest = new LinkedHashMap<>();

    private Vector floor = Vector.ZERO;
    private boolean open;
    private int weighedTopics;

    /// @param ref what it is about within a user's scope, 0 in a room's
    /// @param slot of the positions, since those of one slot say nothing of another's
    private record Topic(FactKind kind, long scope, long ref, int slot) {

        static Topic of(JournalEntry entry) {
            Fact fact = entry.fact();
            long ref = fact.kind().scope() == FactKind.Scope.USER ? fact.ref() : 0;
            return new Topic(fact.kind(), fact.scope(), ref, Position.slot(entry.position()));
        }
    }

    /// From now on everything that becomes visible is appended.
    ///
    /// @param visible read once the committer could find this inbox
    synchronized void open(Vector visible) {
        if (!open) {
            floor = floor.merge(visible);
            open = true;
        }
    }

    /// @return whether it takes much more than when it was last weighed
    synchronized boolean append(JournalEntry entry) {
        Topic topic = Topic.of(entry);
        newest.remove(topic);
        newest.put(topic, entry.position());
        if (newest.size() > TOPICS_MAX) {
            var oldest = newest.entrySet().iterator();
            floor = floor.with(oldest.next().getValue());
            oldest.remove();
        }
        return newest.size() > weighedTopics;
    }

    /// One fact for each thing that has changed after `since`: its newest, which may lie beyond
    /// any later cut. Empty if the inbox does not reach back that far.
    synchronized Optional<List<JournalEntry>> after(Vector since) {
        if (!open || !since.covers(floor)) {
            return Optional.empty();
        }
        List<JournalEntry> entries = new ArrayList<>();
        newest.forEach((topic, position) -> {
            if (!since.covers(position)) {
                var fact = new Fact(topic.kind(), topic.scope(), topic.ref());
                entries.add(new JournalEntry(position, fact));
            }
        });
        return Optional.of(entries);
    }

    /// What it may take until [#append] says that it has to be weighed again.
    synchronized int weightBytes() {
        weighedTopics = Math.max(8, 2 * newest.size());
        return 256 + TOPIC_BYTES * weighedTopics;
    }
}
