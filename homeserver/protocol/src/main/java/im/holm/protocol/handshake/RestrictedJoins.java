package im.holm.protocol.handshake;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.auth.PowerLevels;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Joins that need another room's membership and a user who vouches for it (server-server API,
/// "Restricted rooms").
public final class RestrictedJoins {
    /// More conditions than this are not read.
    private static final int CONDITIONS_MAX = 100;

    private RestrictedJoins() {}

    /// Whether a join of this user would have to be authorised.
    public static boolean isNeeded(RoomVersion version, AuthState state, UserId user) {
        String rule = state.get(StateKey.JOIN_RULES)
                .flatMap(rules -> rules.content().string("join_rule"))
                .orElse("invite");
        boolean restricted = rule.equals("restricted") && version.restrictedJoins()
                || rule.equals("knock_restricted") && version.knockRestrictedJoins();
        String membership =
                state.get(StateKey.member(user)).flatMap(Pdu::membership).orElse("leave");
        return restricted && !membership.equals("join") && !membership.equals("invite");
    }

    /// The rooms whose members may join, as the join rule lists them.
    public static List<RoomId> conditions(AuthState state) {
        List<RoomId> rooms = new ArrayList<>();
        JsonArray allow = state.get(StateKey.JOIN_RULES)
                .flatMap(rules -> rules.content().array("allow"))
                .orElse(JsonArray.EMPTY);
        for (JsonValue value : allow) {
            if (rooms.size() < CONDITIONS_MAX
                    && value instanceof JsonObject condition
                    && condition
                            .string("type")
                            .filter("m.room_membership"::equals)
                            .isPresent()) {
                condition.string("room_id").flatMap(RoomId::parse).ifPresent(rooms::add);
            }
        }
        return List.copyOf(rooms);
    }

    /// Decides whether, and in whose name, this server lets a user in.
    public static JoinPermit permit(
            RoomVersion version, AuthState state, UserId user, RestrictedFacts facts) {
        if (!isNeeded(version, state, user)) {
            return new JoinPermit.NotNeeded();
        }
        List<RoomId> conditions = conditions(state);
        if (conditions.stream().anyMatch(facts.userRooms()::contains)) {
            return authoriser(version, state, facts.ourMembers())
                    .<JoinPermit>map(JoinPermit.By::new)
                    .orElseGet(() ->
                            new JoinPermit.UnableToGrant("no user of this server may invite"));
        }
        if (facts.knownRooms().containsAll(conditions)) {
            return new JoinPermit.Forbidden(
                    user + " is in none of the rooms whose members may join");
        }
        return new JoinPermit.UnableToAuthorise(
                "this server is not in a room whose members may join");
    }

    /// Of our users in the room, the one with the highest level, if that suffices to invite.
    private static Optional<UserId> authoriser(
            RoomVersion version, AuthState state, List<UserId> ourMembers) {
        PowerLevels levels = PowerLevels.in(version, state);
        return ourMembers.stream()
                .filter(user -> mayAuthorise(version, state, user))
                .max(Comparator.comparingLong((UserId user) -> levels.ofUser(user))
                        .thenComparing(Comparator.reverseOrder()));
    }

    /// Whether a user may let others in: is in the room, and has the level to invite.
    static boolean mayAuthorise(RoomVersion version, AuthState state, UserId user) {
        PowerLevels levels = PowerLevels.in(version, state);
        boolean joined = state.get(StateKey.member(user))
                .flatMap(Pdu::membership)
                .filter("join"::equals)
                .isPresent();
        return joined && levels.ofUser(user) >= levels.toInvite();
    }
}
