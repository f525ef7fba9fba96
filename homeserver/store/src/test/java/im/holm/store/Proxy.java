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
        cut = false;
    }

    /// The next COMMIT reaches the database, its answer does not come back.
    void cutAfterNextCommit() {
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
                var text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
                boolean last = toServer && cutAfterCommit && text.contains("COMMIT");
                if (last) {
                    cutAfterCommit = false;
                    from.close();
                }
                out.write(buffer, 0, count);
                if (last) {
                    drain(to);
                    return;
                }
            }
        } catch (IOException gone) {
            // one side has closed: so does the other
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /// Reads the server's answer away, so that the COMMIT is over before the wire breaks.
    private static void drain(Socket server) throws IOException {
        server.setSoTimeout(200);
        try {
            while (server.getInputStream().read() >= 0) {
                // nobody is told
            }
        } catch (java.net.SocketTimeoutException answered) {
            // that was all of it
        }
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
