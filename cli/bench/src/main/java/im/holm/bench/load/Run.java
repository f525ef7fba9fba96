package im.holm.bench.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One load with one number of receivers, from the first message to the last one's arrival.
///
/// Message n of an open loop is due at start + n / rate, and every latency counts from there: what
/// waits because the server is slow is late, however the generator came to wait.
final class Run {
    private static final long GIVE_UP_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long STOPPED_DRAIN_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int SEND_TIMEOUT_MS = 60_000;

    /// Process ids whose cost is told; 0: none.
    record Processes(long server, long postgres) {
        Costs now() {
            return Costs.now(server, postgres);
        }
    }

    /// @param trial a step of the search, which ends early when it cannot succeed
    record Setting(
            URI server,
            Workload load,
            int receivers,
            boolean trial,
            Processes processes,
            BooleanSupplier stopped,
            Consumer<String> say) {}

    private final Setting setting;
    private final Workload load;
    private final World world;
    private final List<Lane> lanes = new ArrayList<>();
    private final int[][] lanesOfRoom;
    private final double[] traffic;
    private final String marker;
    private final long epoch_ns = System.nanoTime();
    private final Tally tally = new Tally();
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicInteger busy = new AtomicInteger();
    private final List<Tally.Second> seconds = new ArrayList<>();
    private long start_ns;

    /// Nothing that is due later is sent; earlier than planned when the run is stopped.
    private volatile long end_ns;

    private volatile boolean drained;

    Run(Setting setting, World world, List<World.Room> rooms) {
        this.setting = setting;
        this.load = setting.load();
        this.world = world;
        this.traffic = World.shares(rooms.size(), load.trafficZipf());
        this.lanesOfRoom = new int[rooms.size()][];
        this.marker = "hb1-" + Long.toString(epoch_ns & 0xffff_ffff_ffffL, 36) + " ";
        for (int room = 0; room < rooms.size(); room++) {
            List<String> senders = rooms.get(room).senders();
            lanesOfRoom[room] = new int[senders.size()];
            for (int i = 0; i < senders.size(); i++) {
                lanesOfRoom[room][i] = lanes.size();
                lanes.add(new Lane(lanes.size(), senders.get(i), rooms.get(room)));
            }
        }
    }

    RunReport run() throws InterruptedException {
        int[] polling = lanes.stream()
                .flatMapToInt(lane -> lane.pollers.stream().mapToInt(n -> n))
                .distinct()
                .toArray();
        var ready = new CountDownLatch(polling.length);
        Poller[] pollers = new Poller[load.pollers()];
        List<Thread> polls = new ArrayList<>();
        for (int n : polling) {
            pollers[n] = new Poller(
                    setting.server(), world.user(n), marker, lanes.size(), tally, epoch_ns, ready);
            polls.add(Thread.ofVirtual().start(pollers[n]));
        }
        while (!ready.await(200, TimeUnit.MILLISECONDS) && !setting.stopped().getAsBoolean()) {
            // the first sync of each
        }
        Costs before = setting.processes().now();
        send();
        Costs costs = setting.processes().now().since(before);
        for (int n : polling) {
            pollers[n].end();
        }
        for (Thread poll : polls) {
            poll.join();
        }
        return report(pollers, costs);
    }

    private void send() throws InterruptedException {
        start_ns = System.nanoTime();
        long measure_ns = start_ns + TimeUnit.SECONDS.toNanos(load.warmup_s());
        tally.measureFrom(measure_ns);
        long planned_ns = measure_ns + TimeUnit.SECONDS.toNanos(load.duration_s());
        end_ns = planned_ns;
        busy.set(load.senders());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < load.senders(); i++) {
            threads.add(Thread.ofVirtual().start(this::sendInTurn));
        }
        watch(planned_ns);
        drained = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// A line and a row of the series each second, until everything has arrived or the time to
    /// wait for it is over.
    private void watch(long planned_ns) {
        long told_ns = start_ns;
        long sent = 0;
        long delivered = 0;
        while (true) {
            LockSupport.parkNanos(LOOK_NS);
            long now = System.nanoTime();
            if (now - told_ns >= 1_000_000_000L) {
                var second = tally.second(
                        (now - start_ns) / 1e9, (now - told_ns) / 1e9, sent, delivered);
                sent = tally.acknowledged.sum();
                delivered = tally.delivered.sum();
                told_ns = now;
                seconds.add(second);
                setting.say().accept(line(second));
                if (setting.trial() && second.late_s() * 1e9 > GIVE_UP_NS) {
                    end_ns = Math.min(end_ns, now);
                }
            }
            boolean stopped = setting.stopped().getAsBoolean();
            if (stopped && now < end_ns) {
                end_ns = now;
            }
            long drain_ns = stopped ? STOPPED_DRAIN_NS : TimeUnit.SECONDS.toNanos(load.drain_s());
            boolean all = busy.get() == 0
                    && tally.delivered.sum() >= tally.acknowledged.sum() * setting.receivers();
            if (now > end_ns && (all || now > end_ns + drain_ns)) {
                return;
            }
        }
    }

    private String line(Tally.Second second) {
        return String.format(
                Locale.ROOT,
                "%4.0f s  sent %d (%.0f/s)  delivered %d (%.0f/s)  send-to-sync p50 %.1f p99 %.1f"
                        + " ms  late %.1f s  errors %d",
                second.at_s(),
                tally.acknowledged.sum(),
                second.sent_per_s(),
                tally.delivered.sum(),
                second.delivered_per_s(),
                second.sync_p50_us() / 1e3,
                second.sync_p99_us() / 1e3,
                second.late_s(),
                second.errors());
    }

    private void sendInTurn() {
        try (var caller = new Caller(setting.server(), tally.errors, () -> drained)) {
            while (true) {
                long n = next.getAndIncrement();
                long due_ns = load.open()
                        ? start_ns + (long) (n * 1e9 / load.rate_per_s())
                        : System.nanoTime();
                if (!waitUntil(due_ns) || tooLate()) {
                    return;
                }
                taken.incrementAndGet();
                send(caller, n, load.open() ? due_ns : System.nanoTime());
            }
        } finally {
            busy.decrementAndGet();
        }
    }

    /// False when nothing that is due then is sent any more.
    private boolean waitUntil(long due_ns) {
        for (long left = due_ns - System.nanoTime(); left > 0; left = due_ns - System.nanoTime()) {
            if (due_ns >= end_ns) {
                return false;
            }
            LockSupport.parkNanos(Math.min(left, LOOK_NS));
        }
        return due_ns < end_ns;
    }

    /// What was due in time may leave a little after the end: no later than the limit of its
    /// way.
    private boolean tooLate() {
        return System.nanoTime() > end_ns + TimeUnit.MILLISECONDS.toNanos(load.p99_ms_max());
    }

    private void send(Caller caller, long n, long due_ns) {
        var random = new SplittableRandom(load.seed() * 1_000_003L + n);
        int[] choice = lanesOfRoom[pick(random.nextDouble())];
        Lane lane = lanes.get(choice[random.nextInt(choice.length)]);
        lane.turn.lock();
        try {
            int seq = lane.next++;
            tally.late(System.nanoTime() - due_ns);
            String txn = marker.strip() + "-" + lane.number + "-" + seq;
            if (caller.call(
                    "PUT", lane.path + txn, lane.token, body(lane, seq, due_ns), SEND_TIMEOUT_MS)) {
                tally.sent(due_ns, System.nanoTime());
                lane.acknowledged.set(seq);
            } else {
                tally.failed.increment();
            }
        } finally {
            lane.turn.unlock();
        }
    }

    private int pick(double at) {
        double sum = 0;
        for (int room = 0; room < traffic.length - 1; room++) {
            sum += traffic[room];
            if (at < sum) {
                return room;
            }
        }
        return traffic.length - 1;
    }

    private byte[] body(Lane lane, int seq, long due_ns) {
        String start = marker + lane.number + " " + seq + " " + (due_ns - epoch_ns) / 1_000 + " ";
        String text = start + "x".repeat(Math.max(0, load.body_bytes() - start.length()));
        return ("{\"msgtype\":\"m.text\",\"body\":\"" + text + "\"}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private RunReport report(Poller[] pollers, Costs costs) {
        long missing = 0;
        for (Lane lane : lanes) {
            for (int poller : lane.pollers) {
                missing += pollers[poller].missing(lane);
            }
        }
        double length_s = (end_ns - start_ns) / 1e9;
        long due = load.open() ? (long) Math.ceil(length_s * load.rate_per_s()) : taken.get();
        return new RunReport(
                setting.receivers(),
                load,
                length_s,
                due,
                Math.max(0, due - taken.get()),
                tally.acknowledged.sum(),
                tally.failed.sum(),
                tally.delivered.sum(),
                missing,
                tally.doubled.sum(),
                tally.outOfOrder.sum(),
                tally.gaps.sum(),
                tally.send,
                tally.sync,
                tally.errors.byKind(),
                costs,
                List.copyOf(seconds),
                setting.stopped().getAsBoolean(),
                setting.trial());
    }
}
