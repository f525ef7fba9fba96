package im.holm.federation.sending;

import im.holm.engine.RoomArchive;
import im.holm.federation.call.ServerCalls;
import im.holm.federation.call.ServerHealth;
import im.holm.federation.sending.SenderTable.DestinationRow;
import im.holm.journal.Follower;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.Vector;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.EduOutbox;

import io.micrometer.core.instrument.MeterRegistry;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/// The federation sender: hands each of our events to the destinations that it concerns, and keeps
/// on disk how far they got.
///
/// The checkpoint says: everything before it was delivered, but to the destinations that have a row
/// of their own. It is written every [#FLUSH_EVERY_MS], not per transaction; after a crash what
/// came since is sent again, and receivers know it by its id.
public final class Sender implements EduOutbox, AutoCloseable {
    public static final String FOLLOWER = "federation-sender";
    public static final long FLUSH_EVERY_MS = 10_000;

    /// Destinations to which ephemeral units are sent at once.
    private static final int EDU_DESTINATIONS_MAX = 5_000;

    /// Servers that are greeted after a start.
    private static final int GREETED_MAX = 500;

    private static final int PAGE = 1_000;

    private final ServerName ourselves;
    private final Journal journal;
    private final SenderTable table;
    private final KeptEduTable keptEdus;
    private final InstantSource time;
    private final ServerHealth health;
    private final OutgoingEvents events;
    private final Destination.Surroundings around;
    private final Acquaintances acquaintances;
    private final Map<ServerName, Destination> destinations = new ConcurrentHashMap<>();
    private final Set<ServerName> onDisk = new HashSet<>();

    private volatile boolean resumed;

    /// Offered, or just being offered.
    private volatile Vector seen = Vector.ZERO;

    /// Offered.
    private volatile Vector offered = Vector.ZERO;

    public Sender(
            ServerName ourselves,
            Journal journal,
            RoomArchive archive,
            ServerCalls calls,
            ServerHealth health,
            SenderTable table,
            KeptEduTable keptEdus,
            RelayedEvents relayed,
            Acquaintances acquaintances,
            InstantSource time,
            MeterRegistry registry) {
        var metrics = new SenderMetrics(registry);
        metrics.watch(this);
        this.time = time;
        this.ourselves = ourselves;
        this.acquaintances = acquaintances;
        this.journal = journal;
        this.table = table;
        this.keptEdus = keptEdus;
        this.health = health;
        this.events = new OutgoingEvents(ourselves, archive, relayed);
        this.around = new Destination.Surroundings(
                new TransactionSender(ourselves, calls, health, time, events, metrics),
                keptEdus,
                new CatchUp(journal, events),
                health,
                time,
                () -> seen);
        health.watchRecovery(this::recovered);
    }

    /// Servers that we had to do with lately, the newest first.
    public interface Acquaintances {
        List<ServerName> get(int max);
    }

    /// A cursor that is too old loses nothing here: the sender reads from its own checkpoint.
    public Follower follower() {
        return new Follower(FOLLOWER, this::read, _ -> resume());
    }

    @Override
    public void send(String type, JsonObject content, String coalesceKey, Set<ServerName> servers) {
        if (!resumed) {
            return; // in the first moments of a run: as if sent before the stop
        }
        Edu edu = Edu.of(type, content);
        servers.stream()
                .filter(server -> !server.equals(ourselves))
                .limit(EDU_DESTINATIONS_MAX)
                .forEach(server -> destinations.compute(server, (name, known) -> {
                    Destination destination =
                            known == null ? Destination.live(name, around) : known;
                    destination.offer(coalesceKey, edu);
                    return destination;
                }));
    }

    @Override
    public void keep(List<Kept> units) {
        keptEdus.keep(units, time.millis());
        if (resumed) {
            units.stream()
                    .flatMap(unit -> unit.destinations().stream())
                    .distinct()
                    .forEach(this::offerKept);
        }
    }

    private void offerKept(ServerName server) {
        destinations.compute(server, (name, known) -> {
            Destination destination = known == null ? Destination.live(name, around) : known;
            destination.offerKept();
            return destination;
        });
    }

    /// Takes up where the last run of this node ended. Done before anything is read; once.
    public void resume() {
        if (!resumed) {
            resumeOnce();
        }
    }

    private synchronized void resumeOnce() {
        if (resumed) {
            return;
        }
        Vector now = journal.visible();
        Vector checkpoint = table.checkpoint().orElse(now);
        seen = checkpoint;
        offered = checkpoint;
        for (DestinationRow row : table.destinations()) {
            onDisk.add(row.server());
            row.trouble().ifPresent(trouble -> health.restore(row.server(), trouble));
            row.acked()
                    .map(acked -> Destination.behind(row.server(), around, acked))
                    .ifPresent(behind -> destinations.put(row.server(), behind));
        }
        List<JournalEntry> page = journal.read(offered, now, PAGE);
        while (!page.isEmpty()) {
            page.forEach(this::offer);
            page = journal.read(offered, now, PAGE);
        }
        resumed = true;
        // What was kept before this moment is on disk, and what comes after is offered.
        keptEdus.servers().forEach(this::offerKept);
        destinations.values().forEach(Destination::wake);
    }

    /// Servers for which we were down may wait long before they try us again: a request of ours
    /// tells them. Once we can be reached, since they may ask for our key.
    public void greet() {
        resume();
        for (ServerName server : acquaintances.get(GREETED_MAX)) {
            destinations.compute(server, (name, known) -> {
                Destination destination = known == null ? Destination.live(name, around) : known;
                destination.greet();
                return destination;
            });
        }
    }

    private void read(List<JournalEntry> entries) {
        resume();
        for (JournalEntry entry : entries) {
            if (!offered.covers(entry.position())) {
                offer(entry);
            }
        }
    }

    /// One thread at a time: the resuming one, then the follower's.
    private void offer(JournalEntry entry) {
        Vector before = offered;
        Set<ServerName> concerned = events.destinations(entry);
        seen = before.with(entry.position());
        for (ServerName server : concerned) {
            destinations.compute(server, (name, known) -> {
                Destination destination = known == null ? Destination.live(name, around) : known;
                destination.offer(OutgoingEvents.queued(entry), before);
                return destination;
            });
        }
        offered = before.with(entry.position());
    }

    long owed() {
        return destinations.values().stream()
                .filter(destination -> destination.owedSince().isPresent())
                .count();
    }

    long behind() {
        return destinations.values().stream().filter(Destination::isBehind).count();
    }

    long queued() {
        return destinations.values().stream().mapToLong(Destination::queued).sum();
    }

    /// How long ago a server was last owed nothing, of the one for which that is longest.
    double lagSeconds() {
        long now = time.millis();
        return destinations.values().stream()
                        .flatMap(destination -> destination.owedSince().stream())
                        .flatMapToLong(acked -> LongStream.of(acked.positions()))
                        .map(Position::millis)
                        .map(ms -> Math.max(0, now - ms))
                        .max()
                        .orElse(0)
                / 1000.0;
    }

    private void recovered(ServerName server) {
        Destination destination = destinations.get(server);
        if (destination != null) {
            destination.wake();
        }
    }

    /// Writes how far everybody got, and lets go of destinations that have nothing to do.
    public synchronized void flush() {
        resume();
        Vector checkpoint = offered;
        List<DestinationRow> rows = new ArrayList<>();
        Set<ServerName> written = new HashSet<>();
        destinations.forEach((server, destination) -> {
            destination.wake();
            Optional<Vector> owedSince = destination.owedSince();
            Optional<ServerHealth.Trouble> trouble = health.trouble(server);
            if (owedSince.isPresent() || trouble.isPresent()) {
                rows.add(new DestinationRow(server, owedSince, trouble));
                written.add(server);
            }
        });
        List<ServerName> settled =
                onDisk.stream().filter(server -> !written.contains(server)).toList();
        table.flush(checkpoint, rows, settled);
        onDisk.clear();
        onDisk.addAll(written);
        for (ServerName server : List.copyOf(destinations.keySet())) {
            destinations.computeIfPresent(
                    server,
                    (_, destination) ->
                            destination.isIdle() && !written.contains(server) ? null : destination);
        }
    }

    /// Stops sending; what is owed stays owed, and is sent after the next start.
    @Override
    public void close() {
        destinations.values().forEach(Destination::stop);
        flush();
    }
}
