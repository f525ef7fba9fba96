package im.holm.protocol.auth;

/// What the auth rules say about an event, and which of them decided.
public sealed interface AuthVerdict {
    AuthRule rule();

    record Allowed(AuthRule rule) implements AuthVerdict {}

    /// @param reason for a person to read
    record Denied(AuthRule rule, String reason) implements AuthVerdict {}

    default boolean isAllowed() {
        return this instanceof Allowed;
    }

    /// By a rule that the specification does not have.
    static Denied denied(String rule, String reason) {
        return new Denied(new AuthRule.Own(rule), reason);
    }
}
