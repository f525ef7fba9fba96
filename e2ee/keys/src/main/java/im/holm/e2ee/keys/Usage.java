package im.holm.e2ee.keys;

/// What a cross-signing key is for. The codes are stored: never reuse one.
enum Usage {
    MASTER(1, "master", "master_key", "master_keys"),
    SELF_SIGNING(2, "self_signing", "self_signing_key", "self_signing_keys"),
    /// Nobody but its user sees it: it says whom they have verified.
    USER_SIGNING(3, "user_signing", "user_signing_key", "user_signing_keys");

    private final short code;
    private final String wire;
    private final String field;
    private final String queried;

    Usage(int code, String wire, String field, String queried) {
        this.code = (short) code;
        this.wire = wire;
        this.field = field;
        this.queried = queried;
    }

    short code() {
        return code;
    }

    /// In the key's own `usage`.
    String wire() {
        return wire;
    }

    /// In an upload.
    String field() {
        return field;
    }

    /// In the answer to a query.
    String queried() {
        return queried;
    }

    static Usage ofCode(short code) {
        for (Usage usage : values()) {
            if (usage.code == code) {
                return usage;
            }
        }
        throw new IllegalStateException("key usage " + code + " is unknown to this version");
    }
}
