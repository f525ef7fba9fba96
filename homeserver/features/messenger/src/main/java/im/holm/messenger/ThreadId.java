package im.holm.messenger;

import im.holm.protocol.id.RoomId;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// A thread's id, opaque to clients: `t_` and the unpadded base64url of the room id without its
/// `!`. A room has one thread id on all servers, for ever.
record ThreadId(RoomId room) {

    private static final String PREFIX = "t_";

    /// Of the longest room id, 255 bytes.
    private static final int CHARS_MAX = 360;

    /// Reads untrusted text.
    static Optional<ThreadId> parse(String text) {
        if (!text.startsWith(PREFIX) || text.length() > CHARS_MAX) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return RoomId.parse("!" + new String(bytes, StandardCharsets.UTF_8))
                .map(ThreadId::new)
                .filter(id -> id.text().equals(text));
    }

    String text() {
        byte[] bytes = room.text().substring(1).getBytes(StandardCharsets.UTF_8);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return text();
    }
}
