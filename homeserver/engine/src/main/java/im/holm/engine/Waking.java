package im.holm.engine;

import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.journal.WakeUps;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Tells the local users whom a commit concerns: of a room's facts its local members and those
/// whose membership it changed, of a user's facts the user. What has changed goes into their
/// inboxes first; then whoever waits is woken.
///
/// On the committer's thread: it reads nothing but what is in memory.
final class Waking implements Journal.CommitWatcher {

    private final Rooms rooms;
    private final CommittedMemberships memberships;
    private final Inboxes inboxes;
    private final WakeUps wakeUps;

    Waking(Rooms rooms, CommittedMemberships memberships, Inboxes inboxes, WakeUps wakeUps) {
        this.rooms = rooms;
        this.memberships = memberships;
        this.inboxes = inboxes;
        this.wakeUps = wakeUps;
    }

    @Override
    public void visible(List<JournalEntry> entries, Vector now) {
        Set<Long> concerned = new HashSet<>();
        Map<Long, List<JournalEntry>> byRoom = new LinkedHashMap<>();
        for (JournalEntry entry : entries) {
            var fact = entry.fact();
            if (fact.kind().scope() == FactKind.Scope.USER) {
                inboxes.append(fact.scope(), entry);
                concerned.add(fact.scope());
            } else {
                byRoom.computeIfAbsent(fact.scope(), _ -> new ArrayList<>()).add(entry);
            }
        }
        byRoom.forEach((roomNid, facts) -> tell(roomNid, newestOfEachKind(facts), concerned));
        inboxes.advance(now);
        concerned.forEach(wakeUps::wake);
    }

    private static Collection<JournalEntry> newestOfEachKind(List<JournalEntry> facts) {
        Map<FactKind, JournalEntry> newest = new EnumMap<>(FactKind.class);
        facts.forEach(entry -> newest.put(entry.fact().kind(), entry));
        return newest.values();
    }

    private void tell(long roomNid, Collection<JournalEntry> facts, Set<Long> concerned) {
        Optional<Committed> room = rooms.inMemory(roomNid).map(RoomCell::committedIfLoaded);
        if (room.isEmpty()) {
            facts.forEach(entry -> inboxes.miss(entry.position()));
            rooms.background().execute(() -> wakeMembers(roomNid));
            return;
        }
        long[] members = room.get().locals();
        for (JournalEntry entry : facts) {
            for (long member : members) {
                inboxes.append(member, entry);
            }
        }
        for (long member : members) {
            concerned.add(member);
        }
        long first = facts.stream().mapToLong(JournalEntry::position).min().orElseThrow();
        for (Committed.Move move : room.get().moves()) {
            if (move.pos() >= first && concerned.add(move.userNid())) {
                facts.forEach(entry -> inboxes.append(move.userNid(), entry));
            }
        }
    }

    private void wakeMembers(long roomNid) {
        for (long userNid : memberships.localJoined(roomNid)) {
            wakeUps.wake(userNid);
        }
    }
}
