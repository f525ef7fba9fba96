package im.holm.platform.ws;

import java.util.ArrayDeque;
import java.util.Deque;

/// Runs one session's calls one after the other, on a virtual thread that lives only while there is
/// something to do.
final class SerialWork {
    private final String name;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    SerialWork(String name) {
        this.name = name;
    }

    void submit(Runnable work) {
        synchronized (waiting) {
            waiting.addLast(work);
            if (running) {
                return;
            }
            running = true;
        }
        Thread.ofVirtual().name(name).start(this::run);
    }

    private void run() {
        while (true) {
            Runnable work;
            synchronized (waiting) {
                work = waiting.pollFirst();
                if (work == null) {
                    running = false;
                    return;
                }
            }
            work.run();
        }
    }
}
