package im.holm.protocol.auth;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Optional;

/// Rule 5.3 (11: 4.3): joining.
final class JoinRule {
    private JoinRule() {}

    static AuthVerdict check(AuthCase c) {
        // 5.3.1: the creator's first join
        if (isCreatorsFirstJoin(c)) {
            return SpecRule.JOIN_CREATOR.allows();
        }
        // 5.3.2
        if (!c.isAboutSender()) {
            return SpecRule.JOIN_OTHER_USER.denies("nobody joins for another");
        }
        String membership = c.membershipOf(c.sender());
        // 5.3.3
        if (membership.equals("ban")) {
            return SpecRule.JOIN_BANNED.denies(c.sender() + " is banned");
        }
        boolean wanted = membership.equals("join") || membership.equals("invite");
        return switch (kind(c.version(), c.joinRule())) {
            // 5.3.4
            case INVITE ->
                wanted
                        ? SpecRule.JOIN_INVITED.allows()
                        : SpecRule.JOIN_INVITED.denies(c.sender() + " is not invited");
            // 5.3.5.1, 5.3.5.2, 5.3.5.3
            case RESTRICTED ->
                wanted ? SpecRule.JOIN_RESTRICTED_INVITED.allows() : checkAuthoriser(c);
            // 5.3.6
            case PUBLIC -> SpecRule.JOIN_PUBLIC.allows();
            // 5.3.7
            case NONE -> SpecRule.JOIN_OTHERWISE.denies("the join rule lets nobody join");
        };
    }

    private enum Kind {
        INVITE,
        RESTRICTED,
        PUBLIC,
        NONE
    }

    private static Kind kind(RoomVersion version, String rule) {
        return switch (rule) {
            case "public" -> Kind.PUBLIC;
            case "invite" -> Kind.INVITE;
            case "knock" -> version.knocking() ? Kind.INVITE : Kind.NONE;
            case "restricted" -> version.restrictedJoins() ? Kind.RESTRICTED : Kind.NONE;
            case "knock_restricted" -> version.knockRestrictedJoins() ? Kind.RESTRICTED : Kind.NONE;
            default -> Kind.NONE;
        };
    }

    private static boolean isCreatorsFirstJoin(AuthCase c) {
        Pdu create = c.create();
        String creator = c.version().creatorInContent()
                ? create.content().string("creator").orElse("")
                : create.sender().toString();
        return c.event().prevEvents().equals(List.of(create.eventId()))
                && c.target().equals(creator);
    }

    private static AuthVerdict checkAuthoriser(AuthCase c) {
        Optional<String> authoriser =
                c.event().content().string("join_authorised_via_users_server");
        if (authoriser.isEmpty()) {
            return SpecRule.JOIN_RESTRICTED_AUTHORISER.denies("nobody authorised the join");
        }
        if (!c.isJoined(authoriser.get())) {
            return SpecRule.JOIN_RESTRICTED_AUTHORISER.denies(
                    "the authorising user is not in the room");
        }
        if (c.levels().ofUser(authoriser.get()) < c.levels().toInvite()) {
            return SpecRule.JOIN_RESTRICTED_AUTHORISER.denies(
                    "the authorising user may not invite");
        }
        return SpecRule.JOIN_RESTRICTED_ALLOWED.allows();
    }
}
