package im.holm.platform.egress;

import java.net.InetAddress;
import java.util.List;

/// Where a connection goes. The deny list is checked against the addresses in either case, and the
/// connection is made to an address that was checked, so a name cannot change its meaning in
/// between.
public sealed interface Target {
    int port();

    /// A host name or IP literal, resolved here.
    record Named(String host, int port) implements Target {
        public Named {
            checkPort(port);
        }
    }

    /// Addresses that the caller has resolved already, tried in turn.
    record Pinned(List<InetAddress> addresses, int port) implements Target {
        public Pinned {
            checkPort(port);
            addresses = List.copyOf(addresses);
        }
    }

    private static void checkPort(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }
}
