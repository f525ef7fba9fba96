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
            return AuthVerdict.ALLOWED;
        }
        // 5.3.2
        if (!c.isAboutSender()) {
            return AuthVerdict.denied("member.join.other_user", "nobody joins for another");
        }
        String membership = c.membershipOf(c.sender());
        // 5.3.3
        if (membership.equals("ban")) {
            return AuthVerdict.denied("member.join.banned", c.sender() + " is banned");
        }
        boolean wanted = membership.equals("join") || membership.equals("invite");
        return switch (kind(c.version(), c.joinRule())) {
            // 5.3.4
            case INVITE ->
                wanted
                        ? AuthVerdict.ALLOWED
                        : AuthVerdict.denied(
                                "member.join.not_invited", c.sender() + " is not invited");
            // 5.3.5.1, 5.3.5.2, 5.3.5.3
            case RESTRICTED -> wanted ? AuthVerdict.ALLOWED : checkAuthoriser(c);
            // 5.3.6
            case PUBLIC -> AuthVerdict.ALLOWED;
            // 5.3.7
            case NONE -> AuthVerdict.denied("member.join.rule", "the join rule lets nobody join");
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
            return AuthVerdict.denied("member.join.not_authorised", "nobody authorised the join");
        }
        if (!c.isJoined(authoriser.get())) {
            return AuthVerdict.denied(
                    "member.join.authoriser_absent", "the authorising user is not in the room");
        }
        if (c.levels().ofUser(authoriser.get()) < c.levels().toInvite()) {
            return AuthVerdict.denied(
                    "member.join.authoriser_level", "the authorising user may not invite");
        }
        return AuthVerdict.ALLOWED;
    }
}
