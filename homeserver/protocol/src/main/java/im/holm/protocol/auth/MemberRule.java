package im.holm.protocol.auth;

import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;

import java.util.Optional;

/// Rule 5 (11: 4): memberships.
final class MemberRule {
    private MemberRule() {}

    static AuthVerdict check(AuthCase c) {
        Optional<String> membership = c.event().content().string("membership");
        // 12: 5.1, 11: 4.1
        if (!c.event().isState() || membership.isEmpty()) {
            return SpecRule.MEMBER_MALFORMED.denies("a membership without a user or a kind");
        }
        // 12: 5.2, 11: 4.2. The signature of a well-formed user's server was checked with
        // the others.
        Optional<JsonValue> authoriser =
                c.event().content().get("join_authorised_via_users_server");
        if (c.version().restrictedJoins()
                && authoriser.isPresent()
                && !isUserId(authoriser.get())) {
            return SpecRule.MEMBER_AUTHORISER_SIGNATURE.denies(
                    "the authorising user is not a user id");
        }
        return switch (membership.get()) {
            // 12: 5.3, 11: 4.3
            case "join" -> JoinRule.check(c);
            // 12: 5.4, 11: 4.4
            case "invite" -> InviteRule.check(c);
            // 12: 5.5, 11: 4.5
            case "leave" -> LeaveRule.check(c);
            // 12: 5.6, 11: 4.6
            case "ban" -> BanRule.check(c);
            // 12: 5.7, 11: 4.7
            case "knock" -> c.version().knocking() ? KnockRule.check(c) : unknown();
            // 12: 5.8, 11: 4.8
            default -> unknown();
        };
    }

    private static boolean isUserId(JsonValue value) {
        return value instanceof JsonString(String text) && UserId.parse(text).isPresent();
    }

    private static AuthVerdict unknown() {
        return SpecRule.MEMBER_UNKNOWN.denies("the membership is not one of this room version");
    }
}
