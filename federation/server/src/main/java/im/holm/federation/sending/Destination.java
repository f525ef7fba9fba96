package im.holm.federation.sending;

import im.holm.federation.call.ServerHealth;
import im.holm.federation.call.ServerHealth.Trouble;
import im.holm.federation.sending.TransactionSender.Transaction;
import im.holm.journal.Vector;
import im.holm.protocol.id.ServerName;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One server that we send to: a queue, and at most one transaction in flight.
///
/// *Live*, it is handed each event as it is committed. When the queue overflows, or the server was
/// down for [#LIVE_FAILING_MAX], it falls *behind*: the queue is dropped, and what the server has
/// got is remembered as a vector; once it answers again, [CatchUp] reads the rest from the journal.
final class Destination {
    /// Events waiting for one server in memory.
    static final int QUEUE_MAX = 10_000;

    /// Ephemeral units waiting for one server; the oldest are dropped.
    static final int EDUS_QUEUED_MAX = 1_000;

    static final Duration LIVE_FAILING_MAX = Duration.ofMinutes(5);

    /// A transaction that is refused outright so often is given up.
    private static final int REFUSALS_MAX = 5;

    /// Ephemeral units are not kept for a server that failed so often in a row.
    private static final int FAILURES_WITH_EDUS_MAX = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Destination.class);

    private final ServerName server;
    private final Surroundings around;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<QueuedEvent> queue = new ArrayDeque<>();
    private final LinkedHashMap<String, Edu> edus = new LinkedHashMap<>();
    private boolean behind;
    private boolean greeting;

    /// Whether units may wait on disk.
    private boolean kept;

    private boolean working;
    private boolean stopping;

    /// What the server has got for certain; meaningless while nothing is owed to it.
    private Vector acked;

    private Destination(ServerName server, Surroundings around, boolean behind, Vector acked) {
        this.server = server;
        this.around = around;
        this.behind = behind;
        this.acked = acked;
    }

    /// What all destinations share.
    record Surroundings(
            TransactionSender transactions,
            KeptEduTable keptEdus,
            CatchUp catchUp,
            ServerHealth health,
            InstantSource time,
            Progress progress) {}

    /// How far the sender has looked at the journal.
    interface Progress {
        /// Everything within was offered to its destinations, or is just being offered.
        Vector seen();
    }

    static Destination live(ServerName server, Surroundings around) {
        return new Destination(server, around, false, Vector.ZERO);
    }

    static Destination behind(ServerName server, Surroundings around, Vector acked) {
        return new Destination(server, around, true, acked);
    }

    /// @param before everything before the event
    void offer(QueuedEvent event, Vector before) {
        lock.lock();
        try {
            if (behind) {
                return;
            }
            if (queue.isEmpty()) {
                acked = before;
            }
            if (queue.size() == QUEUE_MAX) {
                fallBehind("its queue is full");
                return;
            }
            queue.add(event);
            work();
        } finally {
            lock.unlock();
        }
    }

    void offer(String coalesceKey, Edu edu) {
        boolean down = around.health()
                .trouble(server)
                .filter(trouble -> trouble.failures() >= FAILURES_WITH_EDUS_MAX)
                .isPresent();
        if (down) {
            return;
        }
        lock.lock();
        try {
            edus.putLast(coalesceKey, edu);
            if (edus.size() > EDUS_QUEUED_MAX) {
                edus.pollFirstEntry();
            }
            work();
        } finally {
            lock.unlock();
        }
    }

    /// Units wait for this server on disk.
    void offerKept() {
        lock.lock();
        try {
            kept = true;
            work();
        } finally {
            lock.unlock();
        }
    }

    /// Sends something soon, an empty transaction if there is nothing else: so that the server
    /// learns that we are up again.
    void greet() {
        lock.lock();
        try {
            greeting = true;
            work();
        } finally {
            lock.unlock();
        }
    }

    /// Sees to it that what is owed is being sent.
    void wake() {
        lock.lock();
        try {
            if (hasWork()) {
                work();
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopping = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What the server has got, if something is owed to it.
    Optional<Vector> owedSince() {
        lock.lock();
        try {
            return owes() ? Optional.of(acked) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Events in memory.
    int queued() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isIdle() {
        lock.lock();
        try {
            return !working && !hasWork();
        } finally {
            lock.unlock();
        }
    }

    private boolean owes() {
        return behind || !queue.isEmpty();
    }

    private boolean hasWork() {
        return owes() || !edus.isEmpty() || greeting || kept;
    }

    private void work() {
        if (!working && !stopping) {
            working = true;
            Thread.ofVirtual().name("send-to-" + server).start(this::run);
        }
    }

    private void run() {
        boolean finished = false;
        try {
            while (mayGoOn()) {
                step();
            }
            finished = true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            LOG.error("Sending to {} failed; it goes on after a pause", server, broken);
            around.health().failed(server, 0);
        } finally {
            if (!finished) {
                rest();
            }
        }
    }

    /// Whether there is something to do; if not, the thread ends and the next offer starts
    /// another.
    private boolean mayGoOn() {
        lock.lock();
        try {
            boolean more = !stopping && hasWork();
            if (!more) {
                working = false;
            }
            return more;
        } finally {
            lock.unlock();
        }
    }

    /// The thread ends by an exception; the sender's flush wakes the destination again. A
    /// thread that ended because there was nothing to do has said so in [#mayGoOn], under the
    /// lock: by now another may be at work.
    private void rest() {
        lock.lock();
        try {
            working = false;
        } finally {
            lock.unlock();
        }
    }

    private void step() throws InterruptedException {
        awaitPermission();
        if (isBehind()) {
            catchUp();
            return;
        }
        List<QueuedEvent> events = new ArrayList<>();
        List<Edu> units = new ArrayList<>();
        List<KeptEduTable.Waiting> waiting = takeKept();
        take(events, units, TransactionSender.EDUS_MAX - waiting.size());
        waiting.forEach(each -> units.add(each.unit()));
        if (events.isEmpty() && units.isEmpty()) {
            // Nothing but a greeting: it is not worth a second attempt.
            around.transactions().send(around.transactions().transaction(server, events, units));
            return;
        }
        boolean delivered = false;
        try {
            delivered = deliver(around.transactions().transaction(server, events, units), true);
        } finally {
            if (!delivered && !waiting.isEmpty()) {
                keptRemains();
            }
        }
        if (delivered) {
            delivered(events);
            if (!waiting.isEmpty()) {
                around.keptEdus().taken(server, waiting);
            }
        }
    }

    /// Half of a transaction's units, so that typing and receipts do not wait behind them.
    private List<KeptEduTable.Waiting> takeKept() {
        lock.lock();
        try {
            if (!kept) {
                return List.of();
            }
            kept = false;
        } finally {
            lock.unlock();
        }
        int max = TransactionSender.EDUS_MAX / 2;
        List<KeptEduTable.Waiting> waiting = around.keptEdus().waiting(server, max);
        if (waiting.size() == max) {
            keptRemains();
        }
        return waiting;
    }

    private void keptRemains() {
        lock.lock();
        try {
            kept = true;
        } finally {
            lock.unlock();
        }
    }

    boolean isBehind() {
        lock.lock();
        try {
            return behind;
        } finally {
            lock.unlock();
        }
    }

    /// Events stay in the queue until they are delivered; ephemeral units are taken out.
    private void take(List<QueuedEvent> events, List<Edu> units, int unitsMax) {
        lock.lock();
        try {
            Iterator<QueuedEvent> waiting = queue.iterator();
            while (events.size() < TransactionSender.PDUS_MAX && waiting.hasNext()) {
                events.add(waiting.next());
            }
            while (units.size() < unitsMax && !edus.isEmpty()) {
                units.add(edus.pollFirstEntry().getValue());
            }
            greeting = false;
        } finally {
            lock.unlock();
        }
    }

    private void delivered(List<QueuedEvent> events) {
        lock.lock();
        try {
            if (behind) {
                return;
            }
            for (QueuedEvent event : events) {
                queue.remove();
                acked = acked.with(event.position());
            }
        } finally {
            lock.unlock();
        }
    }

    /// Sends one transaction until it is taken, refused for good, or the server is given up for
    /// now.
    ///
    /// @return whether to go on with the next
    private boolean deliver(Transaction transaction, boolean live) throws InterruptedException {
        int refusals = 0;
        while (!isStopping()) {
            awaitPermission();
            switch (around.transactions().send(transaction)) {
                case DELIVERED -> {
                    return true;
                }
                case REFUSED -> {
                    if (++refusals == REFUSALS_MAX) {
                        LOG.error(
                                "{} refuses transaction {}: dropped", server, transaction.txnId());
                        return true;
                    }
                }
                case FAILED -> {
                    if (live && hasFailedForLong()) {
                        return false;
                    }
                }
            }
            if (around.health().trouble(server).isEmpty()) {
                around.health().failed(server, 0);
            }
        }
        return false;
    }

    private boolean hasFailedForLong() {
        long now = around.time().millis();
        boolean tooLong = around.health()
                .trouble(server)
                .filter(trouble -> now - trouble.sinceMs() > LIVE_FAILING_MAX.toMillis())
                .isPresent();
        if (tooLong) {
            lock.lock();
            try {
                fallBehind("it has been down for " + LIVE_FAILING_MAX.toMinutes() + " minutes");
            } finally {
                lock.unlock();
            }
        }
        return tooLong;
    }

    private void fallBehind(String why) {
        LOG.info("{} falls behind: {}", server, why);
        behind = true;
        queue.clear();
        edus.clear();
    }

    private void catchUp() throws InterruptedException {
        Vector target = around.progress().seen();
        Vector from = owedSince().orElse(target);
        boolean done = around.catchUp().run(server, from, target, this::deliverMissed, this::ack);
        if (!done) {
            return;
        }
        lock.lock();
        try {
            acked = target;
            if (around.progress().seen().equals(target)) {
                behind = false;
                LOG.info("{} has caught up", server);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean deliverMissed(List<QueuedEvent> events) throws InterruptedException {
        return deliver(around.transactions().transaction(server, events, List.of()), false);
    }

    private void ack(Vector upTo) {
        lock.lock();
        try {
            acked = upTo;
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /// Waits while the server is held to be down.
    private void awaitPermission() throws InterruptedException {
        lock.lock();
        try {
            while (!stopping) {
                long waitMs = around.health()
                        .trouble(server)
                        .map(Trouble::retryAtMs)
                        .map(retryAt -> retryAt - around.time().millis())
                        .orElse(0L);
                if (waitMs <= 0) {
                    return;
                }
                news.await(waitMs, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }
}
