package im.holm.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An account's endless /sync on its own thread; notes when it first saw each message of the bench.
final class Listener implements AutoCloseable {
    private static final Pattern MESSAGE = Pattern.compile("\"(bench-[a-z]+-[0-9]+)\"");
    private static final long POLL_MS = 5_000;

    private final Account account;
    private final Thread thread;
    private final Map<String, CountDownLatch> awaited = new ConcurrentHashMap<>();
    private final Map<String, Long> seen_ns = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// Starts after a first sync: only what is new counts.
    Listener(Account account) {
        this.account = account;
        String since = Account.field(account.sync(null, 0), "next_batch");
        this.thread = Thread.ofVirtual().start(() -> listen(since));
    }

    /// When `text` arrived, of [System#nanoTime].
    ///
    /// @throws IllegalStateException if it does not arrive within `limit_ms`
    long arrival_ns(String text, long limit_ms) throws InterruptedException {
        CountDownLatch latch = awaited.computeIfAbsent(text, any -> new CountDownLatch(1));
        if (!latch.await(limit_ms, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(text + " did not arrive within " + limit_ms + " ms");
        }
        return seen_ns.get(text);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void listen(String from) {
        String since = from;
        while (!closed) {
            String answer;
            try {
                answer = account.sync(since, POLL_MS);
            } catch (IllegalStateException e) {
                if (closed) {
                    return;
                }
                throw e;
            }
            long now_ns = System.nanoTime();
            since = Account.field(answer, "next_batch");
            Matcher message = MESSAGE.matcher(answer);
            while (message.find()) {
                if (seen_ns.putIfAbsent(message.group(1), now_ns) == null) {
                    awaited.computeIfAbsent(message.group(1), any -> new CountDownLatch(1))
                            .countDown();
                }
            }
        }
    }
}
