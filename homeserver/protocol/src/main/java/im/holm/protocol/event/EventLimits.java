package im.holm.protocol.event;

/// The limits that every event keeps (client-server API, "Size limits"; server-server API,
/// "PDUs").
public final class EventLimits {
    /// The canonical form with signatures, without `unsigned`.
    public static final int EVENT_MAX_BYTES = 65_536;

    /// Ids, `type` and `state_key`, in UTF-8.
    public static final int FIELD_MAX_BYTES = 255;

    public static final int PREV_EVENTS_MAX = 20;
    public static final int AUTH_EVENTS_MAX = 10;

    /// The greatest depth where canonical JSON is enforced: 2^53 - 1. Events after one of this
    /// depth keep it.
    public static final long DEPTH_MAX = (1L << 53) - 1;

    private EventLimits() {}
}
