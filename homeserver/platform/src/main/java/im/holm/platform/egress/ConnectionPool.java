package im.holm.platform.egress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Connections kept open for the next request to the same address under the same name. Bounded; the
/// oldest goes first.
final class ConnectionPool {
    /// A connection idle for longer is looked at before it is used.
    private static final Duration TRUSTED_IDLE = Duration.ofSeconds(1);

    private static final int PER_KEY_MAX = 8;

    /// @param address checked against the deny list
    /// @param tlsName empty for plain HTTP
    record Key(String address, int port, String tlsName) {}

    private final int idleMax;
    private final Duration idleTimeout;
    private final Map<Key, Deque<HttpConnection>> idle = new HashMap<>();
    private int count;
    private boolean closed;

    ConnectionPool(int idleMax, Duration idleTimeout) {
        this.idleMax = idleMax;
        this.idleTimeout = idleTimeout;
    }

    /// The connection that was used last and still lives.
    Optional<HttpConnection> take(Key key) {
        for (HttpConnection connection = pop(key); connection != null; connection = pop(key)) {
            Duration waited = connection.idle();
            boolean young = waited.compareTo(idleTimeout) < 0;
            if (young && (waited.compareTo(TRUSTED_IDLE) < 0 || connection.isAlive())) {
                return Optional.of(connection);
            }
            connection.close();
        }
        return Optional.empty();
    }

    void give(Key key, HttpConnection connection) {
        connection.parked();
        synchronized (this) {
            Deque<HttpConnection> line = idle.computeIfAbsent(key, _ -> new ArrayDeque<>());
            if (!closed && count < idleMax && line.size() < PER_KEY_MAX) {
                line.addLast(connection);
                count++;
                return;
            }
        }
        connection.close();
    }

    /// Closes what has waited too long.
    void sweep() {
        List<HttpConnection> expired = new ArrayList<>();
        synchronized (this) {
            idle.values().forEach(line -> {
                while (!line.isEmpty() && line.peekFirst().idle().compareTo(idleTimeout) >= 0) {
                    expired.add(line.removeFirst());
                    count--;
                }
            });
            idle.values().removeIf(Deque::isEmpty);
        }
        expired.forEach(HttpConnection::close);
    }

    void close() {
        List<HttpConnection> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            idle.values().forEach(all::addAll);
            idle.clear();
            count = 0;
        }
        all.forEach(HttpConnection::close);
    }

    private synchronized HttpConnection pop(Key key) {
        Deque<HttpConnection> line = idle.get(key);
        if (line == null || line.isEmpty()) {
            return null;
        }
        count--;
        return line.removeLast();
    }
}
