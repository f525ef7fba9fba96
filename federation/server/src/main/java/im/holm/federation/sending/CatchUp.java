package im.holm.federation.sending;

import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.protocol.id.ServerName;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Sends a server what it has missed, read from the journal.
///
/// A short absence is replayed: every event, in order. After a long one each room that the server
/// is in gets its newest event of ours first: from it the server finds the rest by itself, and
/// rooms that people write in are whole again at once. After one that is longer than the journal
/// reaches back the rooms themselves are asked for that event.
final class CatchUp {
    /// More events than this are not replayed one by one.
    static final int REPLAY_MAX = 20_000;

    /// Journal entries looked at once.
    private static final int PAGE = 1_000;

    /// Of a room, newest first, when looking for one that is ours to send.
    private static final int CANDIDATES_MAX = 32;

    private static final int ROOMS_MAX = 200_000;

    private final Journal journal;
    private final OutgoingEvents events;

    private final int replayMax;

    CatchUp(Journal journal, OutgoingEvents events) {
        this(journal, events, REPLAY_MAX);
    }

    /// With another limit of what is replayed.
    CatchUp(Journal journal, OutgoingEvents events, int replayMax) {
        this.journal = journal;
        this.events = events;
        this.replayMax = replayMax;
    }

    /// Delivers up to [TransactionSender#PDUS_MAX] events; false: not now.
    interface Delivery {
        boolean deliver(List<QueuedEvent> events) throws InterruptedException;
    }

    interface Ack {
        /// The server has got everything within.
        void upTo(Vector vector);
    }

    /// @return whether the server now has everything up to `target`; if not, try again later
    boolean run(ServerName server, Vector from, Vector target, Delivery delivery, Ack ack)
            throws InterruptedException {
        if (isBelowRetention(from)) {
            return newestOfRooms(server, from, target, delivery);
        }
        return isShort(from, target)
                ? replay(server, from, target, delivery, ack)
                : newestFirst(server, from, target, delivery);
    }

    /// The journal does not hold everything any more that came after `from`.
    private boolean isBelowRetention(Vector from) {
        long retained = journal.retainedFrom();
        for (long position : from.positions()) {
            if (position < retained) {
                return true;
            }
        }
        return retained > 0 && from.positions().length == 0;
    }

    /// As the rooms themselves tell it.
    private boolean newestOfRooms(ServerName server, Vector from, Vector target, Delivery delivery)
            throws InterruptedException {
        List<QueuedEvent> batch = new ArrayList<>();
        for (QueuedEvent event : events.newestOurs(server, from)) {
            if (!target.covers(event.position())) {
                continue; // offered as new
            }
            batch.add(event);
            if (batch.size() == TransactionSender.PDUS_MAX) {
                if (!delivery.deliver(List.copyOf(batch))) {
                    return false;
                }
                batch.clear();
            }
        }
        return batch.isEmpty() || delivery.deliver(batch);
    }

    private boolean isShort(Vector from, Vector target) {
        int count = 0;
        Vector at = from;
        while (count <= replayMax) {
            List<JournalEntry> page = journal.read(at, target, PAGE);
            if (page.isEmpty()) {
                return true;
            }
            for (JournalEntry entry : page) {
                count += entry.fact().kind() == FactKind.EVENT ? 1 : 0;
                at = at.with(entry.position());
            }
        }
        return false;
    }

    private boolean replay(
            ServerName server, Vector from, Vector target, Delivery delivery, Ack ack)
            throws InterruptedException {
        Vector at = from;
        List<QueuedEvent> batch = new ArrayList<>();
        while (true) {
            List<JournalEntry> page = journal.read(at, target, PAGE);
            for (JournalEntry entry : page) {
                at = at.with(entry.position());
                if (events.destinations(entry).contains(server)) {
                    batch.add(OutgoingEvents.queued(entry));
                }
                if (batch.size() == TransactionSender.PDUS_MAX) {
                    if (!delivery.deliver(List.copyOf(batch))) {
                        return false;
                    }
                    batch.clear();
                    ack.upTo(at);
                }
            }
            if (page.isEmpty()) {
                return batch.isEmpty() || delivery.deliver(batch);
            }
        }
    }

    private boolean newestFirst(ServerName server, Vector from, Vector target, Delivery delivery)
            throws InterruptedException {
        List<QueuedEvent> batch = new ArrayList<>();
        for (Deque<JournalEntry> candidates : candidates(from, target).values()) {
            newest(server, candidates).ifPresent(batch::add);
            if (batch.size() == TransactionSender.PDUS_MAX) {
                if (!delivery.deliver(List.copyOf(batch))) {
                    return false;
                }
                batch.clear();
            }
        }
        return batch.isEmpty() || delivery.deliver(batch);
    }

    /// The newest events of each room, newest first.
    private Map<Long, Deque<JournalEntry>> candidates(Vector from, Vector target) {
        Map<Long, Deque<JournalEntry>> rooms = new LinkedHashMap<>();
        Vector at = from;
        while (true) {
            List<JournalEntry> page = journal.read(at, target, PAGE);
            if (page.isEmpty()) {
                return rooms;
            }
            for (JournalEntry entry : page) {
                at = at.with(entry.position());
                if (entry.fact().kind() == FactKind.EVENT
                        && (rooms.size() < ROOMS_MAX
                                || rooms.containsKey(entry.fact().scope()))) {
                    Deque<JournalEntry> ofRoom =
                            rooms.computeIfAbsent(entry.fact().scope(), _ -> new ArrayDeque<>());
                    ofRoom.addFirst(entry);
                    if (ofRoom.size() > CANDIDATES_MAX) {
                        ofRoom.removeLast();
                    }
                }
            }
        }
    }

    private Optional<QueuedEvent> newest(ServerName server, Deque<JournalEntry> candidates) {
        return candidates.stream()
                .filter(entry -> events.destinations(entry).contains(server))
                .findFirst()
                .map(OutgoingEvents::queued);
    }
}
