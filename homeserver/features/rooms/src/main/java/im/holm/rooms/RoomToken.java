package im.holm.rooms;

import java.util.Optional;

/// A place in a room's timeline in a client's hands: just before the event whose key is `tl`. It
/// means something in its room only (`prev_batch`, `start` and `end` of the pagination endpoints).
record RoomToken(long tl) {

    private static final char KIND = 't';
    private static final int LENGTH_MAX = 21;

    static Optional<RoomToken> parse(String text) {
        if (text.length() < 2 || text.length() > LENGTH_MAX || text.charAt(0) != KIND) {
            return Optional.empty();
        }
        try {
            long tl = Long.parseLong(text.substring(1));
            // One number has one spelling.
            return text.equals(KIND + Long.toString(tl))
                    ? Optional.of(new RoomToken(tl))
                    : Optional.empty();
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    /// The place just after an event.
    static RoomToken after(long tl) {
        return new RoomToken(tl + 1);
    }

    String text() {
        return KIND + Long.toString(tl);
    }
}
