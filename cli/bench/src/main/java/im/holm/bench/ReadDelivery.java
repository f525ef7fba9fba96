package im.holm.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a message takes from when it is due to when each receiver's `/sync` has it, at a fixed
/// rate (open loop: a message that is late because the one before it was counts from when it was
/// due).
final class ReadDelivery {
    static final int ROOMS = 100;
    static final int USERS = 200;
    static final int RECEIVERS = 5;
    static final int RATE_PER_S = 200;
    private static final long POLL_MS = 30_000;
    private static final int BODY_CHARS = 300;
    private static final Pattern DUE = Pattern.compile("due([0-9]+) ");
    private static final Pattern NEXT = Pattern.compile("\"next_batch\":\"([^\"]+)\"");

    private final ReadWorld world;
    private final List<String> rooms = new ArrayList<>();
    private final List<Thread> receivers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> delivered_ns = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> sent_ns = new ConcurrentLinkedQueue<>();
    private final AtomicInteger txn = new AtomicInteger();
    private volatile boolean counting;
    private volatile boolean over;

    ReadDelivery(ReadWorld world) throws IOException {
        this.world = world;
        for (int room = 0; room < ROOMS; room++) {
            List<Integer> members = new ArrayList<>();
            for (int i = 1; i <= RECEIVERS; i++) {
                members.add(member(room, i));
            }
            rooms.add(world.room(member(room, 0), members));
        }
    }

    private static int member(int room, int i) {
        return (room * 2 + i * 7) % USERS;
    }

    record Outcome(Latencies sends, Latencies deliveries, int expected) {}

    /// Starts a receiver for each user.
    void listen() throws IOException, InterruptedException {
        CountDownLatch ready = new CountDownLatch(USERS);
        for (int user = 0; user < USERS; user++) {
            Wire wire = world.wire(user);
            receivers.add(Thread.ofVirtual().start(() -> receive(wire, ready)));
        }
        if (!ready.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the first syncs take over a minute");
        }
    }

    private void receive(Wire wire, CountDownLatch ready) {
        try (wire) {
            String since = next(wire.call("GET", ReadWorld.syncPath("", 0, ""), ""));
            ready.countDown();
            while (!over) {
                String answer = wire.call("GET", ReadWorld.syncPath(since, POLL_MS, ""), "");
                long now_ns = System.nanoTime();
                since = next(answer);
                Matcher due = DUE.matcher(answer);
                while (due.find()) {
                    if (counting) {
                        delivered_ns.add(now_ns - Long.parseLong(due.group(1)));
                    }
                }
            }
        } catch (IOException e) {
            if (!over) {
                System.err.println("bench: a receiver ended: " + e);
            }
        }
    }

    private static String next(String answer) {
        Matcher next = NEXT.matcher(answer);
        if (!next.find()) {
            throw new IllegalStateException("no next_batch in " + answer);
        }
        return next.group(1);
    }

    /// Sends for so long; what was sent while warming up does not count.
    Outcome run(int warm_s, int measured_s) throws IOException, InterruptedException {
        List<Wire> senders = new ArrayList<>();
        for (int room = 0; room < ROOMS; room++) {
            senders.add(world.wire(member(room, 0)));
        }
        send(senders, warm_s * RATE_PER_S);
        TimeUnit.MILLISECONDS.sleep(500);
        sent_ns.clear();
        delivered_ns.clear();
        counting = true;
        int messages = measured_s * RATE_PER_S;
        send(senders, messages);
        int expected = messages * (RECEIVERS + 1);
        for (int i = 0; i < 100 && delivered_ns.size() < expected; i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        counting = false;
        senders.forEach(Wire::close);
        return new Outcome(latencies(sent_ns), latencies(delivered_ns), expected);
    }

    /// The rooms take turns; each has a thread of its own, so that one send does not hold up
    /// those of other rooms.
    private void send(List<Wire> senders, int messages) throws InterruptedException {
        long start_ns = System.nanoTime() + 50_000_000;
        long gap_ns = 1_000_000_000L / RATE_PER_S;
        List<Thread> threads = new ArrayList<>();
        for (int room = 0; room < ROOMS; room++) {
            int first = room;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int n = first; n < messages; n += ROOMS) {
                    sendWhenDue(senders.get(first), rooms.get(first), start_ns + n * gap_ns);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void sendWhenDue(Wire wire, String room, long due_ns) {
        for (long left = due_ns - System.nanoTime(); left > 0; left = due_ns - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        String text = "due" + due_ns + " ";
        try {
            ReadWorld.say(
                    wire,
                    room,
                    "t" + txn.incrementAndGet(),
                    text + "x".repeat(BODY_CHARS - text.length()));
            sent_ns.add(System.nanoTime() - due_ns);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void end() {
        over = true;
    }

    private static Latencies latencies(ConcurrentLinkedQueue<Long> all) {
        return new Latencies(all.stream().mapToLong(Long::longValue).toArray());
    }
}
