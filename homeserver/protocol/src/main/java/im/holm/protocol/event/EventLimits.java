package im.holm.protocol.event;

import im.holm.protocol.json.JsonInteger;
import im.holm.protocol.version.RoomVersion;

/// The limits that every event keeps (client-server API, "Size limits"; server-server API,
/// "PDUs").
public final class EventLimits {
    /// The canonical form with signatures, without `unsigned`.
    public static final int EVENT_MAX_BYTES = 65_536;

    /// Ids, `type` and `state_key`, in UTF-8.
    public static final int FIELD_MAX_BYTES = 255;

    public static final int PREV_EVENTS_MAX = 20;
    public static final int AUTH_EVENTS_MAX = 10;

    /// The greatest depth that events of a room version may have: 2^53 - 1 where canonical JSON
    /// is enforced, else 2^63 - 1. Events after one of this depth keep it.
    public static long depthMax(RoomVersion version) {
        return version.canonicalJson() ? JsonInteger.CANONICAL_MAX : Long.MAX_VALUE;
    }

    /// The depth of an event whose predecessors have at most this depth.
    public static long depthAfter(RoomVersion version, long greatest) {
        long max = depthMax(version);
        return greatest >= max ? max : greatest + 1;
    }

    private EventLimits() {}
}
