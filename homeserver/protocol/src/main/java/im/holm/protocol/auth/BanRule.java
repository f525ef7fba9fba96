package im.holm.protocol.auth;

/// Rule 5.6 (11: 4.6): banning.
final class BanRule {
    private BanRule() {}

    static AuthVerdict check(AuthCase c) {
        // 5.6.1
        if (!c.isJoined(c.sender())) {
            return SpecRule.BAN_SENDER_ABSENT.denies(c.sender() + " is not in the room");
        }
        // 5.6.2
        if (c.senderLevel() >= c.levels().toBan() && c.targetLevel() < c.senderLevel()) {
            return SpecRule.BAN_LEVEL.allows();
        }
        // 5.6.3
        return SpecRule.BAN_OTHERWISE.denies("banning " + c.target() + " takes a higher level");
    }
}
