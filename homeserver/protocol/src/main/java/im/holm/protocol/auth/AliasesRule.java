package im.holm.protocol.auth;

import im.holm.protocol.event.Pdu;

/// Rule 4 of room versions 1 to 5: a server states its own aliases.
final class AliasesRule {
    private AliasesRule() {}

    static AuthVerdict check(Pdu event) {
        // 4.1
        if (!event.isState()) {
            return SpecRule.ALIASES_NO_STATE_KEY.denies("aliases belong to a server");
        }
        // 4.2
        if (!event.stateKey().orElse("").equals(event.sender().server().text())) {
            return SpecRule.ALIASES_OTHER_SERVER.denies("the aliases are another server's");
        }
        // 4.3
        return SpecRule.ALIASES_ALLOWED.allows();
    }
}
