package im.holm.platform.egress;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Addresses that are never connected to: against requests that make this server speak to its own
/// network.
public final class DenyList {
    /// What the word `private` stands for: everything that is not a public unicast address
    /// (IANA's special-purpose registries for IPv4 and IPv6), among it loopback, private and
    /// link-local networks, and the IPv6 ranges that hold IPv4 addresses inside.
    private static final List<Cidr> PRIVATE = List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.31.196.0/24",
                    "192.52.193.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "192.175.48.0/24",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "100:0:0:1::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20",
                    "5f00::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .stream()
            .map(Cidr::of)
            .toList();

    private static final DenyList NOTHING = new DenyList(List.of());

    private final List<Cidr> blocks;

    private DenyList(List<Cidr> blocks) {
        this.blocks = List.copyOf(blocks);
    }

    public static DenyList nothing() {
        return NOTHING;
    }

    /// The word `private` alone.
    public static DenyList ofPrivate() {
        return new DenyList(PRIVATE);
    }

    /// Reads CIDR blocks and the word `private`; nothing when one is neither.
    public static Optional<DenyList> parse(List<String> entries) {
        List<Cidr> blocks = new ArrayList<>();
        for (String entry : entries) {
            if (entry.equals("private")) {
                blocks.addAll(PRIVATE);
                continue;
            }
            Optional<Cidr> block = Cidr.parse(entry);
            if (block.isEmpty()) {
                return Optional.empty();
            }
            blocks.add(block.get());
        }
        return Optional.of(new DenyList(blocks));
    }

    /// Whether this address must not be connected to.
    public boolean denies(InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    @Override
    public String toString() {
        return blocks.toString();
    }
}
