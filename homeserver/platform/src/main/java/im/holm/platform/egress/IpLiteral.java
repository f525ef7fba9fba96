package im.holm.platform.egress;

import java.net.InetAddress;
import java.util.Optional;

/// IP addresses written as text, read without ever asking DNS.
public final class IpLiteral {
    private IpLiteral() {}

    /// Reads dotted IPv4 or IPv6, the latter with or without brackets. IPv4-mapped IPv6 becomes
    /// IPv4. Octal, hexadecimal and shortened IPv4 spellings are refused: some resolvers take
    /// them, and a check on text would be fooled.
    public static Optional<InetAddress> parse(String text) {
        boolean bracketed = text.length() > 2 && text.startsWith("[") && text.endsWith("]");
        String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        boolean looksV6 = bare.indexOf(':') >= 0 && bare.matches("[0-9a-fA-F:.]{2,45}");
        if (!looksV6 && (bracketed || !isDottedQuad(bare))) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isDottedQuad(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }
}
