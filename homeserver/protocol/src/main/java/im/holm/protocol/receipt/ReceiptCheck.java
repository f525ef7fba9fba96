package im.holm.protocol.receipt;

/// The checks that every received event goes through, in their order (server-server API, "Checks
/// performed on receipt of a PDU"). [Receipt] holds their code.
///
/// Check 7, the room's policy server, is not made.
public enum ReceiptCheck {
    FORM(1, Penalty.DROP, "valid event of its room version"),
    SIGNATURES(2, Penalty.DROP, "signatures"),
    HASH(3, Penalty.REDACT, "content hash"),
    AUTH_EVENTS(4, Penalty.REJECT, "rules, by its auth events"),
    STATE_BEFORE(5, Penalty.REJECT, "rules, by the state before it"),
    CURRENT_STATE(6, Penalty.SOFT_FAIL, "rules, by the current state");

    private final int number;
    private final Penalty penalty;
    private final String title;

    ReceiptCheck(int number, Penalty penalty, String title) {
        this.number = number;
        this.penalty = penalty;
        this.title = title;
    }

    /// Its number in the specification's list.
    public int number() {
        return number;
    }

    public Penalty penalty() {
        return penalty;
    }

    /// What is checked, for a person to read.
    public String title() {
        return title;
    }
}
