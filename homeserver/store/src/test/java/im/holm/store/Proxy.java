package im.holm.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A wire between Holm and its database that can be cut: at once, or just after a COMMIT has gone
/// through, so that it happens and nobody hears of it.
final class Proxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean cutAfterCommit;
    private volatile boolean stayCut;
    /// Guarded by this.
    private boolean stalled;

    Proxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Breaks all connections and lets no new one through.
    void cut() {
        cut = true;
        sockets.forEach(Proxy::close);
    }

    void mend() {
        stayCut = false;
        cut = false;
        synchronized (this) {
            stalled = false;
            notifyAll();
        }
    }

    /// Lets nothing more through in either direction, and breaks nothing.
    synchronized void stall() {
        stalled = true;
    }

    private synchronized void awaitFlow() {
        try {
            while (stalled) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The next COMMIT reaches the database, its answer does not come back.
    void cutAfterNextCommit() {
        cutAfterCommit = true;
    }

    /// The same, and no new connection comes through either.
    void cutForGoodAfterNextCommit() {
        stayCut = true;
        cutAfterCommit = true;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (cut) {
                    close(client);
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(server);
                Thread.ofVirtual().start(() -> pump(client, server, true));
                Thread.ofVirtual().start(() -> pump(server, client, false));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void pump(Socket from, Socket to, boolean toServer) {
        byte[] buffer = new byte[16_384];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                if (!toServer && cutAfterCommit && answersCommit(buffer, count)) {
                    cutAfterCommit = false;
                    if (stayCut) {
                        cut();
                    }
                    return;
                }
                awaitFlow();
                out.write(buffer, 0, count);
            }
        } catch (IOException gone) {
            // one side has closed: so does the other
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /// The tag of a completed command; the request itself may be a prepared statement's name.
    private static boolean answersCommit(byte[] buffer, int count) {
        return new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains("COMMIT\0");
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            // that is what was wanted
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(Proxy::close);
    }
}
