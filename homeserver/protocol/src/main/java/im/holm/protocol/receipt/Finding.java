package im.holm.protocol.receipt;

import im.holm.protocol.auth.AuthRule;
import im.holm.protocol.auth.AuthVerdict;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;

/// What one check found.
///
/// @param passed whether the event passes it; else [ReceiptCheck#penalty()] follows
/// @param rule the auth rule that decided, of the checks that are made by the rules
/// @param reason why it fails, for a person to read; empty if it passes
/// @param consulted the places in the state that the rules looked at, in order
public record Finding(
        ReceiptCheck check,
        boolean passed,
        Optional<AuthRule> rule,
        String reason,
        List<Consulted> consulted) {
    public Finding {
        consulted = List.copyOf(consulted);
    }

    static Finding passed(ReceiptCheck check) {
        return new Finding(check, true, Optional.empty(), "", List.of());
    }

    static Finding failed(ReceiptCheck check, String reason) {
        return new Finding(check, false, Optional.empty(), reason, List.of());
    }

    static Finding of(ReceiptCheck check, AuthVerdict verdict, List<Consulted> consulted) {
        return switch (verdict) {
            case AuthVerdict.Allowed(AuthRule rule) ->
                new Finding(check, true, Optional.of(rule), "", consulted);
            case AuthVerdict.Denied(AuthRule rule, String reason) ->
                new Finding(check, false, Optional.of(rule), reason, consulted);
        };
    }

    /// Why it fails, with the rule: `5.3.3 member.join.banned: @eve:example.org is banned`.
    public String text(RoomVersion version) {
        return rule.map(by -> by.label(version) + (passed ? "" : ": " + reason)).orElse(reason);
    }
}
