package im.holm.engine.core;

import java.util.Optional;

/// `membership` of an `m.room.member` event. Codes are stored in `membership.membership`: never
/// reuse one.
public enum Membership {
    JOIN(1, "join"),
    INVITE(2, "invite"),
    KNOCK(3, "knock"),
    LEAVE(4, "leave"),
    BAN(5, "ban");

    private final short code;
    private final String wire;

    Membership(int code, String wire) {
        this.code = (short) code;
        this.wire = wire;
    }

    public short code() {
        return code;
    }

    /// As it stands in the event.
    public String wire() {
        return wire;
    }

    public static Membership ofCode(short code) {
        for (Membership membership : values()) {
            if (membership.code == code) {
                return membership;
            }
        }
        throw new IllegalArgumentException("membership " + code + " is unknown to this version");
    }

    public static Optional<Membership> ofWire(String wire) {
        for (Membership membership : values()) {
            if (membership.wire.equals(wire)) {
                return Optional.of(membership);
            }
        }
        return Optional.empty();
    }
}
