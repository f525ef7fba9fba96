package im.holm.protocol.auth;

import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which parts of the state give an event's sender the permission to send it (server-server
/// API, "Auth events selection"). The event lists those of them that exist as its
/// `auth_events`.
public final class AuthSelection {
    private static final Set<String> ASK_JOIN_RULES = Set.of("join", "invite", "knock");

    /// At most six without a version's own types.
    private static final int PLACES_USUALLY = 6;

    private AuthSelection() {}

    public static List<StateKey> typesFor(Pdu event) {
        return typesFor(
                event.version(), event.type(), event.sender(), event.stateKey(), event.content());
    }

    /// The places in the state, without duplicates; none for a create event.
    public static List<StateKey> typesFor(
            RoomVersion version,
            String type,
            UserId sender,
            Optional<String> stateKey,
            JsonObject content) {
        if (type.equals(EventTypes.CREATE)) {
            return List.of();
        }
        List<StateKey> keys = new ArrayList<>(PLACES_USUALLY);
        if (!version.roomIdIsCreateHash()) {
            keys.add(StateKey.CREATE);
        }
        keys.add(StateKey.POWER_LEVELS);
        keys.add(StateKey.member(sender));
        for (AuthType own : version.ownAuthTypes()) {
            for (String key : own.selectedKeys(type, sender, stateKey, content)) {
                addOnce(keys, new StateKey(own.type(), key));
            }
        }
        if (type.equals(EventTypes.MEMBER)) {
            stateKey.ifPresent(target -> addForMember(version, target, content, keys));
        }
        return keys;
    }

    private static void addOnce(List<StateKey> keys, StateKey key) {
        if (!keys.contains(key)) {
            keys.add(key);
        }
    }

    private static void addForMember(
            RoomVersion version, String target, JsonObject content, List<StateKey> keys) {
        String membership = content.string("membership").orElse("");
        addOnce(keys, new StateKey(EventTypes.MEMBER, target));
        if (ASK_JOIN_RULES.contains(membership)) {
            keys.add(StateKey.JOIN_RULES);
        }
        if (membership.equals("invite")) {
            content.object("third_party_invite")
                    .flatMap(invite -> invite.object("signed"))
                    .flatMap(signed -> signed.string("token"))
                    .ifPresent(
                            token -> keys.add(new StateKey(EventTypes.THIRD_PARTY_INVITE, token)));
        }
        if (membership.equals("join") && version.restrictedJoins()) {
            content.string("join_authorised_via_users_server")
                    .ifPresent(user -> addOnce(keys, new StateKey(EventTypes.MEMBER, user)));
        }
    }
}
