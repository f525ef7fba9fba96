package im.holm.protocol.auth;

import im.holm.protocol.version.RoomVersion;

import java.util.Optional;
import java.util.function.Predicate;

/// The authorisation rules of the specification (rooms, "Authorisation rules"), those of all room
/// versions in one list and in its order. A version has those that its data asks for, and a rule's
/// number is its place among them, as the rendered page counts.
public enum SpecRule implements AuthRule {
    CREATE("create"),
    CREATE_PREV_EVENTS("create.prev_events", CREATE),
    CREATE_ROOM_ID("create.room_id", CREATE, RoomVersion::roomIdIsCreateHash),
    CREATE_DOMAIN("create.domain", CREATE, version -> !version.roomIdIsCreateHash()),
    CREATE_VERSION("create.room_version", CREATE),
    CREATE_CREATOR("create.creator", CREATE, RoomVersion::creatorInContent),
    CREATE_ADDITIONAL_CREATORS(
            "create.additional_creators", CREATE, RoomVersion::privilegedCreators),
    CREATE_ALLOWED("create.allowed", CREATE),

    ROOM_CREATE("room.create", null, RoomVersion::roomIdIsCreateHash),

    AUTH_EVENTS("auth_events"),
    AUTH_EVENTS_DUPLICATE("auth_events.duplicate", AUTH_EVENTS),
    AUTH_EVENTS_UNSELECTED("auth_events.unselected", AUTH_EVENTS),
    AUTH_EVENTS_REJECTED("auth_events.rejected", AUTH_EVENTS),
    AUTH_EVENTS_NO_CREATE(
            "auth_events.no_create", AUTH_EVENTS, version -> !version.roomIdIsCreateHash()),
    AUTH_EVENTS_OTHER_ROOM("auth_events.other_room", AUTH_EVENTS),

    FEDERATE("room.not_federated"),

    ALIASES("aliases", null, RoomVersion::aliasesRule),
    ALIASES_NO_STATE_KEY("aliases.no_state_key", ALIASES),
    ALIASES_OTHER_SERVER("aliases.other_server", ALIASES),
    ALIASES_ALLOWED("aliases.allowed", ALIASES),

    MEMBER("member"),
    MEMBER_MALFORMED("member.malformed", MEMBER),
    MEMBER_AUTHORISER("member.authoriser", MEMBER, RoomVersion::restrictedJoins),
    MEMBER_AUTHORISER_SIGNATURE("member.authoriser.signature", MEMBER_AUTHORISER),

    JOIN("member.join", MEMBER),
    JOIN_CREATOR("member.join.creator", JOIN),
    JOIN_OTHER_USER("member.join.other_user", JOIN),
    JOIN_BANNED("member.join.banned", JOIN),
    JOIN_INVITED("member.join.invited", JOIN),
    JOIN_RESTRICTED("member.join.restricted", JOIN, RoomVersion::restrictedJoins),
    JOIN_RESTRICTED_INVITED("member.join.restricted.invited", JOIN_RESTRICTED),
    JOIN_RESTRICTED_AUTHORISER("member.join.restricted.authoriser", JOIN_RESTRICTED),
    JOIN_RESTRICTED_ALLOWED("member.join.restricted.allowed", JOIN_RESTRICTED),
    JOIN_PUBLIC("member.join.public", JOIN),
    JOIN_OTHERWISE("member.join.otherwise", JOIN),

    INVITE("member.invite", MEMBER),
    THIRD_PARTY("member.invite.third_party", INVITE),
    THIRD_PARTY_BANNED("member.invite.third_party.banned", THIRD_PARTY),
    THIRD_PARTY_UNSIGNED("member.invite.third_party.unsigned", THIRD_PARTY),
    THIRD_PARTY_MALFORMED("member.invite.third_party.malformed", THIRD_PARTY),
    THIRD_PARTY_OTHER_USER("member.invite.third_party.other_user", THIRD_PARTY),
    THIRD_PARTY_UNKNOWN("member.invite.third_party.unknown", THIRD_PARTY),
    THIRD_PARTY_OTHER_SENDER("member.invite.third_party.other_sender", THIRD_PARTY),
    THIRD_PARTY_SIGNED("member.invite.third_party.signed", THIRD_PARTY),
    THIRD_PARTY_OTHERWISE("member.invite.third_party.otherwise", THIRD_PARTY),
    INVITE_SENDER_ABSENT("member.invite.sender_absent", INVITE),
    INVITE_TARGET("member.invite.target", INVITE),
    INVITE_LEVEL("member.invite.level", INVITE),
    INVITE_OTHERWISE("member.invite.otherwise", INVITE),

    LEAVE("member.leave", MEMBER),
    LEAVE_OWN("member.leave.own", LEAVE),
    KICK_SENDER_ABSENT("member.kick.sender_absent", LEAVE),
    UNBAN_LEVEL("member.unban.level", LEAVE),
    KICK_LEVEL("member.kick.level", LEAVE),
    LEAVE_OTHERWISE("member.leave.otherwise", LEAVE),

    BAN("member.ban", MEMBER),
    BAN_SENDER_ABSENT("member.ban.sender_absent", BAN),
    BAN_LEVEL("member.ban.level", BAN),
    BAN_OTHERWISE("member.ban.otherwise", BAN),

    KNOCK("member.knock", MEMBER, RoomVersion::knocking),
    KNOCK_JOIN_RULE("member.knock.join_rule", KNOCK),
    KNOCK_OTHER_USER("member.knock.other_user", KNOCK),
    KNOCK_MEMBERSHIP("member.knock.membership", KNOCK),
    KNOCK_OTHERWISE("member.knock.otherwise", KNOCK),

    MEMBER_UNKNOWN("member.unknown", MEMBER),

    SENDER_NOT_JOINED("sender.not_joined"),

    THIRD_PARTY_INVITE("third_party_invite"),
    THIRD_PARTY_INVITE_LEVEL("third_party_invite.level", THIRD_PARTY_INVITE),

    SENDER_LEVEL("sender.level"),
    STATE_KEY_OTHER_USER("state_key.other_user"),

    POWER_LEVELS("power_levels"),
    LEVELS_MALFORMED("power_levels.malformed", POWER_LEVELS, RoomVersion::integerPowerLevels),
    LEVELS_MALFORMED_ENTRY(
            "power_levels.malformed_entry", POWER_LEVELS, RoomVersion::integerPowerLevels),
    LEVELS_MALFORMED_USERS("power_levels.malformed_users", POWER_LEVELS),
    LEVELS_CREATOR("power_levels.creator", POWER_LEVELS, RoomVersion::privilegedCreators),
    LEVELS_FIRST("power_levels.first", POWER_LEVELS),
    LEVELS_NAMED("power_levels.named", POWER_LEVELS),
    LEVELS_NAMED_CURRENT("power_levels.named.current", LEVELS_NAMED),
    LEVELS_NAMED_NEW("power_levels.named.new", LEVELS_NAMED),
    LEVELS_ENTRY_CHANGED("power_levels.entry_changed", POWER_LEVELS),
    LEVELS_ENTRY_CURRENT("power_levels.entry.current", LEVELS_ENTRY_CHANGED),
    LEVELS_ENTRY_ADDED("power_levels.entry_added", POWER_LEVELS),
    LEVELS_ENTRY_NEW("power_levels.entry.new", LEVELS_ENTRY_ADDED),
    LEVELS_USER_CHANGED("power_levels.user_changed", POWER_LEVELS),
    LEVELS_USER_CURRENT("power_levels.user.current", LEVELS_USER_CHANGED),
    LEVELS_USER_ADDED("power_levels.user_added", POWER_LEVELS),
    LEVELS_USER_NEW("power_levels.user.new", LEVELS_USER_ADDED),
    LEVELS_ALLOWED("power_levels.allowed", POWER_LEVELS),

    REDACTION("redaction", null, RoomVersion::redactionRule),
    REDACTION_LEVEL("redaction.level", REDACTION),
    REDACTION_SAME_SERVER("redaction.same_server", REDACTION),
    REDACTION_OTHERWISE("redaction.otherwise", REDACTION),

    ALLOWED("allowed");

    private final String id;
    private final SpecRule parent;
    private final Predicate<RoomVersion> exists;
    private final AuthVerdict allowed = new AuthVerdict.Allowed(this);

    SpecRule(String id) {
        this(id, null);
    }

    SpecRule(String id, SpecRule parent) {
        this(id, parent, version -> true);
    }

    SpecRule(String id, SpecRule parent, Predicate<RoomVersion> exists) {
        this.id = id;
        this.parent = parent;
        this.exists = exists;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public AuthVerdict allows() {
        return allowed;
    }

    @Override
    public Optional<String> number(RoomVersion version) {
        if (!exists.test(version)) {
            return Optional.empty();
        }
        int place = 1;
        for (SpecRule rule : values()) {
            if (rule == this) {
                break;
            }
            place += rule.parent == parent && rule.exists.test(version) ? 1 : 0;
        }
        String last = Integer.toString(place);
        return parent == null
                ? Optional.of(last)
                : parent.number(version).map(above -> above + "." + last);
    }
}
