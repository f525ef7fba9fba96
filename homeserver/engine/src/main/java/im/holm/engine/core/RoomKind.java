package im.holm.engine.core;

/// What a room is to the product. Codes are stored in `room.kind`: never reuse one.
public enum RoomKind {
    /// A room that a Matrix client made: no cap on members, no home.
    PLAIN(0),
    ONE_TO_ONE(1),
    GROUP(2),
    SECRET(3),
    STORY(4),
    NOTICES(5);

    private final short code;

    RoomKind(int code) {
        this.code = (short) code;
    }

    public short code() {
        return code;
    }

    public static RoomKind ofCode(short code) {
        for (RoomKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("room kind " + code + " is unknown to this version");
    }
}
