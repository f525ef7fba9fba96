package im.holm.engine.core;

/// Why a stretch of the timeline is missing. Codes are stored in `room_gap.reason`: never reuse
/// one.
public enum GapReason {
    /// History before we joined.
    JOINED(1),
    /// Events that we were not told of: after an outage, or lost on the way.
    MISSED(2),
    /// Removed by retention or an administrator: nobody backfills it again.
    PURGED(3);

    private final short code;

    GapReason(int code) {
        this.code = (short) code;
    }

    public short code() {
        return code;
    }

    public static GapReason ofCode(short code) {
        for (GapReason reason : values()) {
            if (reason.code == code) {
                return reason;
            }
        }
        throw new IllegalArgumentException("gap reason " + code + " is unknown to this version");
    }
}
