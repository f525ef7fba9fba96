package im.holm.protocol.id;

import java.util.Optional;

/// A name for a room that a server's directory resolves: `#localpart:server`.
public record RoomAlias(String localpart, ServerName server) implements Comparable<RoomAlias> {
    public RoomAlias {
        if (!Grammar.isOpaqueLocalpart(localpart) || !Grammar.fits(text(localpart, server))) {
            throw new IllegalArgumentException("not a room alias: " + text(localpart, server));
        }
    }

    /// Reads untrusted text.
    public static Optional<RoomAlias> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || text.charAt(0) != '#' || !Grammar.fits(text)) {
            return Optional.empty();
        }
        String localpart = text.substring(1, colon);
        if (!Grammar.isOpaque(localpart)) {
            return Optional.empty();
        }
        return ServerName.parse(text.substring(colon + 1))
                .map(server -> new RoomAlias(localpart, server));
    }

    /// Reads trusted text; throws [IllegalArgumentException] when it is not a room alias.
    public static RoomAlias of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a room alias: " + text));
    }

    @Override
    public int compareTo(RoomAlias other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return text(localpart, server);
    }

    private static String text(String localpart, ServerName server) {
        return "#" + localpart + ":" + server.text();
    }
}
