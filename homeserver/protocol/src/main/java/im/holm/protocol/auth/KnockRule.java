package im.holm.protocol.auth;

/// Rule 5.7 (11: 4.7): asking to be let in.
final class KnockRule {
    private KnockRule() {}

    static AuthVerdict check(AuthCase c) {
        // 5.7.1
        boolean mayKnock = switch (c.joinRule()) {
            case "knock" -> true;
            case "knock_restricted" -> c.version().knockRestrictedJoins();
            default -> false;
        };
        if (!mayKnock) {
            return SpecRule.KNOCK_JOIN_RULE.denies("the join rule lets nobody knock");
        }
        // 5.7.2
        if (!c.isAboutSender()) {
            return SpecRule.KNOCK_OTHER_USER.denies("nobody knocks for another");
        }
        // 5.7.3, 5.7.4
        return switch (c.membershipOf(c.sender())) {
            case "ban", "invite", "join" ->
                SpecRule.KNOCK_OTHERWISE.denies("banned, invited and joined users do not knock");
            default -> SpecRule.KNOCK_MEMBERSHIP.allows();
        };
    }
}
