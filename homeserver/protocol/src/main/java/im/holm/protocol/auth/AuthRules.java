package im.holm.protocol.auth;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;

import java.util.Optional;

/// The authorisation rules of all room versions: may this event happen in that state?
///
/// Comments give the rule's number in versions 12 and 11. Rules about the `auth_events` list
/// are in [AuthEventList]; that the servers which must sign have signed is
/// `EventVerification`'s business.
///
/// The rules of a version's own types ([AuthType]) have two places: that of the event's own type
/// after rule 7 (11: 6), the vetoes of the others after all rules.
public final class AuthRules {
    private AuthRules() {}

    /// Checks an event against a state: that of its auth events, or that before it, or the
    /// current one.
    public static AuthVerdict check(Pdu event, AuthState state) {
        AuthVerdict verdict = checkBeforeVetoes(event, state);
        if (verdict.isAllowed()) {
            for (AuthType own : event.version().ownAuthTypes()) {
                if (!own.type().equals(event.type())) {
                    Optional<AuthVerdict.Denied> veto = own.veto(event, state);
                    if (veto.isPresent()) {
                        return veto.get();
                    }
                }
            }
        }
        return verdict;
    }

    private static AuthVerdict checkBeforeVetoes(Pdu event, AuthState state) {
        // 12: 1, 11: 1
        if (event.type().equals(EventTypes.CREATE)) {
            return CreateRule.check(event);
        }
        Optional<Pdu> create = state.create();
        // 12: 2, 11: 2.4
        if (create.isEmpty()) {
            return SpecRule.ROOM_CREATE.denies("the room has no create event");
        }
        if (!create.get().roomId().equals(event.roomId())) {
            return SpecRule.ROOM_CREATE.denies("the create event is another room's");
        }
        AuthCase c = new AuthCase(event, state, create.get());
        // 12: 4, 11: 3
        if (!mayFederate(c)) {
            return SpecRule.FEDERATE.denies("the room does not federate");
        }
        // 1 to 5: 4
        if (event.version().aliasesRule() && event.type().equals(EventTypes.ALIASES)) {
            return AliasesRule.check(event);
        }
        // 12: 5, 11: 4
        if (event.type().equals(EventTypes.MEMBER)) {
            return MemberRule.check(c);
        }
        return checkOfMember(c);
    }

    private static boolean mayFederate(AuthCase c) {
        boolean federates = c.create().content().bool("m.federate").orElse(true);
        return federates
                || c.event().sender().server().equals(c.create().sender().server());
    }

    /// What only somebody in the room may do.
    private static AuthVerdict checkOfMember(AuthCase c) {
        Pdu event = c.event();
        // 12: 6, 11: 5
        if (!c.isJoined(c.sender())) {
            return SpecRule.SENDER_NOT_JOINED.denies(c.sender() + " is not in the room");
        }
        // 12: 7, 11: 6
        if (event.type().equals(EventTypes.THIRD_PARTY_INVITE)) {
            return c.senderLevel() >= c.levels().toInvite()
                    ? SpecRule.THIRD_PARTY_INVITE_LEVEL.allows()
                    : SpecRule.THIRD_PARTY_INVITE_LEVEL.denies("inviting takes a higher level");
        }
        return byOwnType(c).orElseGet(() -> checkLevel(c));
    }

    private static Optional<AuthVerdict> byOwnType(AuthCase c) {
        for (AuthType own : c.version().ownAuthTypes()) {
            if (own.type().equals(c.event().type())) {
                return own.judge(c.event(), c.state());
            }
        }
        return Optional.empty();
    }

    private static AuthVerdict checkLevel(AuthCase c) {
        Pdu event = c.event();
        // 12: 8, 11: 7
        long required = c.levels().toSend(event.type(), event.isState());
        if (required > c.senderLevel()) {
            return SpecRule.SENDER_LEVEL.denies("sending " + event.type() + " takes level "
                    + required + ", the sender has " + c.senderLevel());
        }
        // 12: 9, 11: 8
        if (event.stateKey()
                .filter(key -> key.startsWith("@") && !key.equals(c.sender()))
                .isPresent()) {
            return SpecRule.STATE_KEY_OTHER_USER.denies("the state key is another user's id");
        }
        // 12: 10, 11: 9
        if (event.type().equals(EventTypes.POWER_LEVELS)) {
            return PowerLevelsRule.check(c);
        }
        // 1, 2: 11
        if (event.version().redactionRule() && event.type().equals(EventTypes.REDACTION)) {
            return RedactionRule.check(c);
        }
        // 12: 11, 11: 10
        return SpecRule.ALLOWED.allows();
    }
}
