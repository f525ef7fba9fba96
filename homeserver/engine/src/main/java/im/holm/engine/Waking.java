package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.journal.WakeUps;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.UserId;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Wakes the local users whom a commit concerns: of a room's facts its local members and those
/// whose membership it changed, of a user's facts the user.
final class Waking implements Journal.CommitWatcher {

    private final Rooms rooms;
    private final CommittedMemberships memberships;
    private final WakeUps wakeUps;

    Waking(Rooms rooms, CommittedMemberships memberships, WakeUps wakeUps) {
        this.rooms = rooms;
        this.memberships = memberships;
        this.wakeUps = wakeUps;
    }

    @Override
    public void visible(List<JournalEntry> entries, Vector now) {
        Set<Long> woken = new HashSet<>();
        Map<Long, Long> firstByRoom = new HashMap<>();
        for (JournalEntry entry : entries) {
            Fact fact = entry.fact();
            if (fact.kind().scope() == FactKind.Scope.USER) {
                woken.add(fact.scope());
            } else {
                firstByRoom.putIfAbsent(fact.scope(), entry.position());
            }
        }
        woken.forEach(wakeUps::wake);
        firstByRoom.forEach(this::wakeRoom);
    }

    private void wakeRoom(long roomNid, long firstPosition) {
        var cell = rooms.inMemory(roomNid).filter(room -> room.committedIfLoaded() != null);
        if (cell.isPresent()) {
            wakeMembers(roomNid, firstPosition, cell.get().committedIfLoaded());
        } else {
            // The committer must not wait for the store.
            Thread.ofVirtual().name("wake-room").start(() -> {
                for (long userNid : memberships.localJoined(roomNid)) {
                    wakeUps.wake(userNid);
                }
            });
        }
    }

    private void wakeMembers(long roomNid, long firstPosition, Committed room) {
        for (long userNid : memberships.localJoined(roomNid, room)) {
            wakeUps.wake(userNid);
        }
        for (EventRow row : room.tail()) {
            if (row.pos() >= firstPosition && row.type().equals(EventTypes.MEMBER)) {
                row.stateKey()
                        .flatMap(UserId::parse)
                        .filter(user -> user.server().equals(rooms.self()))
                        .flatMap(rooms.identities()::knownUserNid)
                        .ifPresent(wakeUps::wake);
            }
        }
    }
}
