package im.holm.protocol.auth;

import im.holm.protocol.event.Pdu;

/// Rule 4 of room versions 1 to 5: a server states its own aliases.
final class AliasesRule {
    private AliasesRule() {}

    static AuthVerdict check(Pdu event) {
        // 4.1
        if (!event.isState()) {
            return AuthVerdict.denied("aliases.no_state_key", "aliases belong to a server");
        }
        // 4.2
        if (!event.stateKey().orElse("").equals(event.sender().server().text())) {
            return AuthVerdict.denied("aliases.other_server", "the aliases are another server's");
        }
        // 4.3
        return AuthVerdict.ALLOWED;
    }
}
