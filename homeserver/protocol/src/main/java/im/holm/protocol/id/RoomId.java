package im.holm.protocol.id;

import java.util.Optional;

/// A room's id: `!opaque:server` up to room version 11; since version 12 `!` and the create
/// event's hash, which names no server. Clients and servers treat both as opaque.
public record RoomId(String text) implements Comparable<RoomId> {
    public RoomId {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not a room id: " + text);
        }
    }

    /// Reads untrusted text.
    public static Optional<RoomId> parse(String text) {
        return isValid(text) ? Optional.of(new RoomId(text)) : Optional.empty();
    }

    /// Reads trusted text; throws [IllegalArgumentException] when it is not a room id.
    public static RoomId of(String text) {
        return new RoomId(text);
    }

    /// The id of the room that the create event `create` opens, in room versions whose rooms
    /// are named by it.
    public static RoomId ofCreate(EventId create) {
        return new RoomId("!" + create.text().substring(1));
    }

    /// The server in the id, when there is one. It says who made the id, not who is in the
    /// room.
    public Optional<ServerName> server() {
        int colon = text.indexOf(':');
        return colon < 0 ? Optional.empty() : ServerName.parse(text.substring(colon + 1));
    }

    /// The id of the create event that a room id without a server names; empty when this id
    /// has a server or is not a hash.
    public Optional<EventId> createEvent() {
        return EventId.parse("$" + text.substring(1)).filter(EventId::isHash);
    }

    @Override
    public int compareTo(RoomId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean isValid(String text) {
        if (text.length() < 2
                || text.charAt(0) != '!'
                || !Grammar.fits(text)
                || !Grammar.isOpaque(text)) {
            return false;
        }
        int colon = text.indexOf(':');
        return colon < 0 || ServerName.parse(text.substring(colon + 1)).isPresent();
    }
}
