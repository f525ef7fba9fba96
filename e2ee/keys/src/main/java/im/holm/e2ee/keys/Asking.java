package im.holm.e2ee.keys;

import im.holm.protocol.id.ServerName;

import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;

/// Asks several servers at once. Each answers within the 10 s that [im.holm.slice.Servers] gives
/// it, or has failed.
final class Asking {

    /// In one request of a client.
    static final int SERVERS_MAX = 500;

    /// At the same time.
    private static final int AT_ONCE_MAX = 50;

    private Asking() {}

    static <T> void each(Map<ServerName, T> questions, BiConsumer<ServerName, T> ask) {
        if (questions.size() == 1) {
            questions.forEach(ask);
            return;
        }
        var places = new Semaphore(AT_ONCE_MAX);
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            questions.forEach((server, question) -> workers.execute(() -> {
                places.acquireUninterruptibly();
                try {
                    ask.accept(server, question);
                } finally {
                    places.release();
                }
            }));
        }
    }
}
