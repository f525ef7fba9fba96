package im.holm.protocol.id;

import java.util.Optional;
import java.util.OptionalInt;

/// A homeserver's name: a DNS name, an IPv4 address or an IPv6 address in brackets, and
/// perhaps a port.
///
/// Two spellings of one address are two names, because other servers compare names as text:
/// the wire form is what is kept (specification appendices, "Server Name").
public record ServerName(String text) implements Comparable<ServerName> {
    public ServerName {
        if (!ServerNameGrammar.isValid(text)) {
            throw new IllegalArgumentException("not a server name: " + text);
        }
    }

    /// Reads untrusted text.
    public static Optional<ServerName> parse(String text) {
        return ServerNameGrammar.isValid(text)
                ? Optional.of(new ServerName(text))
                : Optional.empty();
    }

    /// Reads trusted text; throws [IllegalArgumentException] when it is not a server name.
    public static ServerName of(String text) {
        return new ServerName(text);
    }

    /// The name without its port; an IPv6 address keeps its brackets.
    public String host() {
        return text.substring(0, ServerNameGrammar.hostEnd(text));
    }

    /// The port, when the name states one.
    public OptionalInt port() {
        int end = ServerNameGrammar.hostEnd(text);
        return end == text.length()
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(text, end + 1, text.length(), 10));
    }

    /// Whether the host is an IPv4 or IPv6 address, which discovery connects to without a
    /// look-up.
    public boolean isAddressLiteral() {
        return text.charAt(0) == '[' || ServerNameGrammar.isIpv4(host());
    }

    @Override
    public int compareTo(ServerName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
