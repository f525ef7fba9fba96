package im.holm.engine.core;

/// What this server is to a room. Codes are stored in `room.status`: never reuse one.
public enum RoomStatus {
    /// At least one local user is joined: the DAG is followed.
    JOINED(0),
    /// Known only from an invite to a local user (an out-of-band membership).
    INVITED(1),
    KNOCKED(2),
    /// No local user is joined any more; what was seen stays readable.
    LEFT(3),
    BLOCKED(4),
    PURGING(5);

    private final short code;

    RoomStatus(int code) {
        this.code = (short) code;
    }

    public short code() {
        return code;
    }

    public static RoomStatus ofCode(short code) {
        for (RoomStatus status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        throw new IllegalArgumentException("room status " + code + " is unknown to this version");
    }
}
