package im.holm.platform.http;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/// Learns whether a port can be opened, by opening it for a moment: the servers underneath only log
/// when they cannot.
public final class PortProbe {
    private PortProbe() {}

    /// Why the port cannot be opened; nothing when it can.
    public static <L> Optional<ListenOutcome<L>> obstacle(
            String host, InetAddress address, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address, port));
            return Optional.empty();
        } catch (BindException e) {
            String message = String.valueOf(e.getMessage());
            return Optional.of(
                    message.contains("in use")
                            ? new ListenOutcome.PortTaken<>(host, port)
                            : new ListenOutcome.NotPossible<>(
                                    "cannot listen on " + host + ":" + port + ": " + message));
        } catch (IOException e) {
            return Optional.of(new ListenOutcome.NotPossible<>(
                    "cannot listen on " + host + ":" + port + ": " + e.getMessage()));
        }
    }
}
