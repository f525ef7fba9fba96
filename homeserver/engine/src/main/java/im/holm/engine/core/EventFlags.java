package im.holm.engine.core;

/// The bits of `event.flags`; see the table of event classes in docs/engine.md. Stored: never reuse
/// a bit.
public final class EventFlags {

    public static final int STATE = 1;
    public static final int OUTLIER = 1 << 1;
    public static final int REJECTED = 1 << 2;
    public static final int SOFT_FAILED = 1 << 3;
    public static final int PARTIAL_STATE = 1 << 4;
    public static final int BACKFILLED = 1 << 5;
    public static final int REDACTED = 1 << 6;
    public static final int HIDDEN = 1 << 7;
    /// Counts as unread for others.
    public static final int COUNTABLE = 1 << 8;
    public static final int CALL = 1 << 9;
    public static final int ROOM_MENTION = 1 << 10;

    private EventFlags() {}

    public static boolean has(int flags, int bit) {
        return (flags & bit) != 0;
    }
}
