package im.holm.protocol.auth;

/// What the auth rules say about an event.
public sealed interface AuthVerdict {
    AuthVerdict ALLOWED = new Allowed();

    record Allowed() implements AuthVerdict {}

    /// @param rule the name of the rule, such as `member.join.banned`
    /// @param reason for a person to read
    record Denied(String rule, String reason) implements AuthVerdict {}

    default boolean isAllowed() {
        return this instanceof Allowed;
    }

    static AuthVerdict denied(String rule, String reason) {
        return new Denied(rule, reason);
    }
}
