package im.holm.store;

import im.holm.protocol.event.StateKey;

/// Text of events in text columns. JSON strings may hold U+0000, which PostgreSQL's text may not:
/// it is written as U+0001 U+0001, and U+0001 itself as U+0001 U+0002. Everything else stands as
/// it is.
final class StoredText {
    private StoredText() {}

    /// As it is written; null stays null.
    static String of(String text) {
        if (text == null || text.indexOf('\0') < 0 && text.indexOf('\1') < 0) {
            return text;
        }
        return text.replace("\1", "\1\2").replace("\0", "\1\1");
    }

    /// The inverse of [#of].
    static String read(String stored) {
        if (stored == null || stored.indexOf('\1') < 0) {
            return stored;
        }
        return stored.replace("\1\1", "\0").replace("\1\2", "\1");
    }

    static StateKey readKey(String type, String key) {
        return new StateKey(read(type), read(key));
    }
}
