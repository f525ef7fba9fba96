package im.holm.protocol.auth;

/// Rule 5.5 (11: 4.5): leaving, declining, kicking and lifting a ban.
final class LeaveRule {
    private LeaveRule() {}

    static AuthVerdict check(AuthCase c) {
        String membership = c.membershipOf(c.target());
        // 5.5.1
        if (c.isAboutSender()) {
            boolean hasWhatToLeave = switch (membership) {
                case "invite", "join" -> true;
                case "knock" -> c.version().knocking();
                default -> false;
            };
            return hasWhatToLeave
                    ? SpecRule.LEAVE_OWN.allows()
                    : SpecRule.LEAVE_OWN.denies(c.sender() + " is not in the room");
        }
        // 5.5.2
        if (!c.isJoined(c.sender())) {
            return SpecRule.KICK_SENDER_ABSENT.denies(c.sender() + " is not in the room");
        }
        // 5.5.3
        if (membership.equals("ban") && c.senderLevel() < c.levels().toBan()) {
            return SpecRule.UNBAN_LEVEL.denies("lifting a ban takes a higher level");
        }
        // 5.5.4
        if (c.senderLevel() >= c.levels().toKick() && c.targetLevel() < c.senderLevel()) {
            return SpecRule.KICK_LEVEL.allows();
        }
        // 5.5.5
        return SpecRule.LEAVE_OTHERWISE.denies("kicking " + c.target() + " takes a higher level");
    }
}
