package im.holm.protocol.handshake;

/// What a server that is not in a room asks one that is to pass on.
public enum HandshakeKind {
    JOIN("join"),
    LEAVE("leave"),
    KNOCK("knock");

    private final String membership;

    HandshakeKind(String membership) {
        this.membership = membership;
    }

    public String membership() {
        return membership;
    }
}
