package im.holm.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Users of the server under test, and what is needed to act as many of them.
record ReadWorld(URI url, List<Account> users) {
    private static final int AT_ONCE = 16;
    private static final String V3 = "/_matrix/client/v3";

    /// @param prefix of their names
    static ReadWorld register(HttpClient http, URI url, String prefix, int count) {
        Queue<Account> users = new ConcurrentLinkedQueue<>();
        inParallel(count, n -> users.add(Account.register(http, url, prefix + n)));
        return new ReadWorld(url, List.copyOf(users));
    }

    Wire wire(int user) throws IOException {
        return wire(user, 0);
    }

    Wire wire(int user, int from) throws IOException {
        return new Wire(url, users.get(user % users.size()).token(), from);
    }

    /// A public room of one user that these others join.
    String room(int owner, List<Integer> others) throws IOException {
        try (Wire wire = wire(owner)) {
            String room = Account.field(
                    wire.call("POST", V3 + "/createRoom", "{\"preset\": \"public_chat\"}"),
                    "room_id");
            for (int other : others) {
                join(other, room);
            }
            return room;
        }
    }

    void join(int user, String room) throws IOException {
        try (Wire wire = wire(user)) {
            wire.call("POST", V3 + "/join/" + encoded(room), "{}");
        }
    }

    static void say(Wire wire, String room, String txn, String text) throws IOException {
        wire.call(
                "PUT",
                V3 + "/rooms/" + encoded(room) + "/send/m.room.message/" + txn,
                "{\"msgtype\": \"m.text\", \"body\": \"" + text + "\"}");
    }

    static String syncPath(String since, long timeout_ms, String filter) {
        return V3 + "/sync?timeout=" + timeout_ms
                + (since.isEmpty() ? "" : "&since=" + encoded(since))
                + (filter.isEmpty() ? "" : "&filter=" + encoded(filter));
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    interface Work {
        void run(int n) throws IOException;
    }

    /// Runs it for 0 to `count` - 1, a few at once.
    static void inParallel(int count, Work work) {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int n = i;
                running.add(threads.submit(() -> {
                    work.run(n);
                    return n;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
