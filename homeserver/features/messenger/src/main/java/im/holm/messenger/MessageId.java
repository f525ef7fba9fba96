package im.holm.messenger;

import im.holm.protocol.id.EventId;

import java.util.Optional;

/// A message's id: `mid.` and the event id, `mid.$cAAJQ7M...`.
record MessageId(EventId event) {

    private static final String PREFIX = "mid.";

    /// Reads untrusted text.
    static Optional<MessageId> parse(String text) {
        return text.startsWith(PREFIX)
                ? EventId.parse(text.substring(PREFIX.length())).map(MessageId::new)
                : Optional.empty();
    }

    @Override
    public String toString() {
        return PREFIX + event;
    }
}
