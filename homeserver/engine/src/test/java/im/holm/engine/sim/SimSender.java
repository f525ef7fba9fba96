package im.holm.engine.sim;

import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Vector;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Sends what a server's journal tells of to the servers that are to have it: in order, one message
/// at a time to each, again until it is answered; after a long silence only the newest event, as
/// the federation sender does.
final class SimSender {

    private static final int PDUS_MAX = 10;
    /// With more than this owed, only the newest event is sent.
    private static final int OWED_MAX = 4;
    private static final long RETRY_MS = 1_500;

    private final SimServer server;
    private final Journal journal;
    private final int life;
    private final Random random;
    private final Map<ServerName, Queue> queues = new HashMap<>();
    private Vector read;

    private record Owed(long position, JsonObject pdu) {}

    private static final class Queue {
        private final Deque<Owed> owed = new ArrayDeque<>();
        private boolean busy;
        private int failures;
    }

    SimSender(SimServer server, Journal journal, int life) {
        this.server = server;
        this.journal = journal;
        this.life = life;
        this.random = new Random(server.world.random.nextLong());
        this.read = Vector.ZERO;
    }

    /// Takes up what has been committed since the last time.
    void pump() {
        Vector now = journal.visible();
        if (read.covers(now)) {
            return;
        }
        for (JournalEntry entry : journal.read(read, now, Journal.READ_LIMIT_MAX)) {
            if (entry.fact().kind() == FactKind.EVENT) {
                queue(entry);
            }
        }
        read = now;
    }

    private void queue(JournalEntry entry) {
        long nid = entry.fact().scope();
        int ev = (int) entry.fact().ref();
        var archive = server.engine.archive();
        VerifiedPdu event = archive.event(nid, ev).orElseThrow();
        boolean own = event.pdu().sender().server().equals(server.name);
        if (!own && !server.disk.relayed.contains(event.eventId())) {
            return;
        }
        for (ServerName to : archive.destinations(nid, ev)) {
            Vector acknowledged = server.disk.acknowledged.getOrDefault(to, Vector.ZERO);
            if (!acknowledged.covers(entry.position())) {
                Queue queue = queues.computeIfAbsent(to, name -> new Queue());
                queue.owed.add(new Owed(entry.position(), event.pdu().json()));
                wake(to, queue, 1);
            }
        }
    }

    private void wake(ServerName to, Queue queue, long delayMs) {
        if (!queue.busy && !queue.owed.isEmpty()) {
            queue.busy = true;
            server.world.schedule.in(delayMs, () -> send(to, queue));
        }
    }

    private boolean isOver() {
        return server.life() != life;
    }

    private void send(ServerName to, Queue queue) {
        if (isOver()) {
            return;
        }
        if (queue.owed.size() > OWED_MAX && queue.failures > 0) {
            while (queue.owed.size() > 1) {
                queue.owed.removeFirst();
            }
        }
        List<Owed> sent = queue.owed.stream().limit(PDUS_MAX).toList();
        Faults faults = server.faults();
        List<JsonObject> pdus = new ArrayList<>(sent.stream().map(Owed::pdu).toList());
        if (faults.mixes()) {
            Collections.shuffle(pdus, random);
        }
        if (faults.doubles()) {
            server.world.schedule.in(
                    faults.delayMs() + faults.delayMs(), () -> arrive(to, List.copyOf(pdus)));
        }
        server.world.schedule.in(faults.delayMs(), () -> {
            boolean got = arrive(to, pdus) && !faults.loses();
            if (!isOver()) {
                answered(to, queue, sent, got);
            }
        });
    }

    private boolean arrive(ServerName to, List<JsonObject> pdus) {
        return server.world.network.reach(server.name, to).isPresent()
                && deliver(server.world.network.servers.get(to), pdus);
    }

    private boolean deliver(SimServer peer, List<JsonObject> pdus) {
        return peer.serve(() -> {
                    boolean all = true;
                    for (JsonObject pdu : pdus) {
                        all &= !(peer.receive(server.name, pdu)
                                instanceof ReceiveOutcome.Unavailable);
                    }
                    return all;
                })
                .orElse(false);
    }

    private void answered(ServerName to, Queue queue, List<Owed> sent, boolean got) {
        queue.busy = false;
        if (!got) {
            queue.failures++;
            wake(to, queue, RETRY_MS * Math.min(4, queue.failures));
            return;
        }
        queue.failures = 0;
        sent.forEach(queue.owed::remove);
        if (random.nextInt(3) != 0) {
            Vector upTo = server.disk.acknowledged.getOrDefault(to, Vector.ZERO);
            for (Owed owed : sent) {
                upTo = upTo.with(owed.position());
            }
            server.disk.acknowledged.put(to, upTo);
        }
        wake(to, queue, 1);
    }
}
