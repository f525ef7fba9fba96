package im.holm.journal;

/// What a fact is about, and whose it is. The codes are stored in `journal.kind`: never reuse one.
public enum FactKind {
    /// A live event. Scope: room. Ref: event number.
    EVENT(1, Scope.ROOM),
    /// An event that clients may have seen has changed: redacted, or its status did. Scope:
    /// room. Ref: event number.
    EVENT_CHANGED(2, Scope.ROOM),
    /// The room's state changed without an event of its own. Scope: room. Ref: the new snapshot
    /// number.
    STATE_CHANGED(3, Scope.ROOM),
    /// An invite, its rejection, or a knock in a room that this server is not in. Scope: user.
    /// Ref: room number.
    OUT_OF_BAND_MEMBERSHIP(4, Scope.USER),
    /// A receipt. Scope: room. Ref: user number.
    RECEIPT(5, Scope.ROOM),
    /// Account data, global or of a room; also a user's own settings of a thread. Scope: user.
    /// Ref: room number, 0 for global.
    ACCOUNT_DATA(6, Scope.USER),
    /// A to-device message. Scope: user. Ref: device number.
    TO_DEVICE(7, Scope.USER),
    /// A user's device list changed. Scope: user. Ref: 0.
    DEVICE_LIST(8, Scope.USER),
    /// A user's profile changed. Scope: user. Ref: 0.
    PROFILE(9, Scope.USER);

    /// Which numbering a fact's scope belongs to.
    public enum Scope {
        ROOM,
        USER
    }

    private final short code;
    private final Scope scope;

    FactKind(int code, Scope scope) {
        this.code = (short) code;
        this.scope = scope;
    }

    public short code() {
        return code;
    }

    public Scope scope() {
        return scope;
    }

    /// The kind stored as `code`.
    ///
    /// @throws IllegalArgumentException if no kind has it: the journal was written by a newer
    /// Holm
    public static FactKind ofCode(short code) {
        for (FactKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("journal kind " + code + " is unknown to this version");
    }
}
