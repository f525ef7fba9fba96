package im.holm.protocol.sketch;

import im.holm.protocol.auth.AuthVerdict;

/// Verdicts in tests, as one word.
public final class Verdicts {
    public static final String ALLOWED = "allowed";

    private Verdicts() {}

    /// The name of the rule that denied, or [#ALLOWED].
    public static String rule(AuthVerdict verdict) {
        return switch (verdict) {
            case AuthVerdict.Allowed _ -> ALLOWED;
            case AuthVerdict.Denied(var rule, String reason) -> rule.id();
        };
    }
}
