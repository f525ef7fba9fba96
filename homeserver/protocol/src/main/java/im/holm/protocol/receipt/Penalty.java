package im.holm.protocol.receipt;

/// What a check that an event fails costs it.
public enum Penalty {
    /// It is forgotten: nobody can refer to it.
    DROP("dropped"),
    /// Its content is taken away, and the checks go on with what remains.
    REDACT("redacted"),
    /// It is kept, changes no state, and nothing that rests on it as an auth event is allowed.
    REJECT("rejected"),
    /// It is kept and may change the state of its branch; clients do not see it, and nothing of
    /// ours follows it.
    SOFT_FAIL("soft-failed");

    private final String participle;

    Penalty(String participle) {
        this.participle = participle;
    }

    /// What has become of the event, in one word.
    public String participle() {
        return participle;
    }
}
