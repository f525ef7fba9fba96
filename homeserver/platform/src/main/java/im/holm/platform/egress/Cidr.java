package im.holm.platform.egress;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/// A block of IP addresses, such as `10.0.0.0/8` or `fc00::/7`; a single address is a block of one.
public final class Cidr {
    /// The bits before the IPv4 address in `::ffff:a.b.c.d`.
    private static final int MAPPED_BITS = 96;

    private final byte[] network;
    private final int prefixBits;

    private Cidr(byte[] network, int prefixBits) {
        this.network = network;
        this.prefixBits = prefixBits;
    }

    public static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address =
                IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = address.get().getAddress();
        int bits = bytes.length * 8;
        if (slash >= 0) {
            String prefix = text.substring(slash + 1);
            int mapped = bytes.length == 4 && text.indexOf(':') >= 0 ? MAPPED_BITS : 0;
            int written = prefix.matches("[0-9]{1,3}") ? Integer.parseInt(prefix) : -1;
            if (written < mapped || written > mapped + bits) {
                return Optional.empty();
            }
            bits = written - mapped;
        }
        return Optional.of(new Cidr(masked(bytes, bits), bits));
    }

    /// Reads trusted text.
    public static Cidr of(String text) {
        return parse(text)
                .orElseThrow(
                        () -> new IllegalArgumentException("not a block of addresses: " + text));
    }

    /// Whether the address lies in the block. An IPv4-mapped IPv6 address counts as the IPv4
    /// address that it is.
    public boolean contains(InetAddress address) {
        byte[] bytes = unmapped(address.getAddress());
        return bytes.length == network.length && Arrays.equals(masked(bytes, prefixBits), network);
    }

    /// The system's resolver can return an IPv4 address dressed as IPv6: `::ffff:127.0.0.1`.
    private static byte[] unmapped(byte[] address) {
        if (address.length != 16 || address[10] != -1 || address[11] != -1) {
            return address;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return address;
            }
        }
        return Arrays.copyOfRange(address, 12, 16);
    }

    private static byte[] masked(byte[] address, int bits) {
        byte[] masked = new byte[address.length];
        for (int i = 0; i < masked.length; i++) {
            int keep = Math.clamp(bits - i * 8, 0, 8);
            masked[i] = (byte) (address[i] & (0xFF << (8 - keep)));
        }
        return masked;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr cidr
                && cidr.prefixBits == prefixBits
                && Arrays.equals(cidr.network, network);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(network) * 31 + prefixBits;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefixBits;
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
