package im.holm.protocol.auth;

/// Rule 5.4 (11: 4.4): inviting.
final class InviteRule {
    private InviteRule() {}

    static AuthVerdict check(AuthCase c) {
        // 5.4.1
        if (c.event().content().has("third_party_invite")) {
            return ThirdPartyInviteRule.check(c);
        }
        // 5.4.2
        if (!c.isJoined(c.sender())) {
            return SpecRule.INVITE_SENDER_ABSENT.denies(c.sender() + " is not in the room");
        }
        // 5.4.3
        String membership = c.membershipOf(c.target());
        if (membership.equals("join")) {
            return SpecRule.INVITE_TARGET.denies(c.target() + " is in the room already");
        }
        if (membership.equals("ban")) {
            return SpecRule.INVITE_TARGET.denies(c.target() + " is banned");
        }
        // 5.4.4
        if (c.senderLevel() >= c.levels().toInvite()) {
            return SpecRule.INVITE_LEVEL.allows();
        }
        // 5.4.5
        return SpecRule.INVITE_OTHERWISE.denies("inviting takes a higher level");
    }
}
