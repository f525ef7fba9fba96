package im.holm.federation.sending;

import im.holm.engine.RoomArchive;
import im.holm.journal.CommitTicket;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.Unit;
import im.holm.journal.Vector;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.sketch.RoomSketch;
import im.holm.protocol.version.RoomVersions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Rooms and a journal in memory: what the sender reads.
final class FakeRooms implements RoomArchive, Journal {
    private final Map<Long, RoomSketch> rooms = new HashMap<>();
    private final Map<Long, Set<ServerName>> destinations = new HashMap<>();
    private final List<JournalEntry> entries = new ArrayList<>();
    private final Map<Long, JournalEntry> newest = new HashMap<>();
    private long dropped;
    private long last = Position.first(Position.EPOCH_MS + 1_000, 0);

    synchronized void room(long nid, String creator, Set<ServerName> servers) {
        rooms.put(nid, RoomSketch.open(RoomVersions.V12, creator));
        destinations.put(nid, servers);
    }

    /// A message of this user, committed.
    synchronized JournalEntry message(long nid, String sender, String body) {
        int ev = rooms.get(nid).main().message(sender, body);
        return commit(nid, ev);
    }

    synchronized JournalEntry join(long nid, String user) {
        return commit(nid, rooms.get(nid).main().join(user));
    }

    private JournalEntry commit(long nid, int ev) {
        last += Position.TICK;
        JournalEntry entry = new JournalEntry(last, new Fact(FactKind.EVENT, nid, ev));
        entries.add(entry);
        newest.put(nid, entry);
        return entry;
    }

    @Override
    public synchronized Optional<VerifiedPdu> event(long roomNid, int ev) {
        return Optional.of(new VerifiedPdu(rooms.get(roomNid).event(ev)));
    }

    @Override
    public synchronized Set<ServerName> destinations(long roomNid, int ev) {
        return destinations.get(roomNid);
    }

    @Override
    public synchronized Vector visible() {
        return Vector.of(last);
    }

    @Override
    public synchronized List<JournalEntry> read(Vector after, Vector upTo, int limit) {
        return entries.stream()
                .filter(entry -> !after.covers(entry.position()))
                .filter(entry -> upTo.covers(entry.position()))
                .limit(limit)
                .toList();
    }

    /// Retention drops what is committed so far.
    synchronized void dropJournal() {
        dropped = last;
        entries.clear();
    }

    @Override
    public synchronized long retainedFrom() {
        return dropped;
    }

    @Override
    public synchronized List<Newest> newestOurs(ServerName server, Vector since) {
        return newest.values().stream()
                .filter(entry -> !since.covers(entry.position()))
                .map(entry -> new Newest(
                        entry.fact().scope(), (int) entry.fact().ref(), entry.position()))
                .toList();
    }

    @Override
    public void watch(CommitWatcher watcher) {
        throw new AssertionError("not asked for");
    }

    @Override
    public <R> CommitTicket submit(Unit<R> unit) {
        throw new AssertionError("the sender writes nothing");
    }

    @Override
    public boolean admits(ServerName server, RoomId room) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<VerifiedPdu> event(ServerName reader, EventId eventId) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<StateAt> stateAt(ServerName reader, RoomId room, EventId eventId) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<List<VerifiedPdu>> authChain(ServerName reader, RoomId room, EventId eventId) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<List<VerifiedPdu>> missingEvents(
            ServerName reader,
            RoomId room,
            Set<EventId> earliest,
            Set<EventId> latest,
            int limit,
            long minDepth) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<List<VerifiedPdu>> backfill(
            ServerName reader, RoomId room, Set<EventId> from, int limit) {
        throw new AssertionError("not asked for");
    }
}
