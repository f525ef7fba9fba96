package im.holm.protocol.version;

import im.holm.protocol.auth.AuthType;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rules of a room version as data. Code asks for a rule by its name and never compares
/// version numbers, so a new version, one of our own included, is a delta over an old one
/// ([RoomVersions]).
///
/// A version of our own may differ from the one it is derived from in four places and no others:
/// types of state event with a rule of their own ([AuthType#judge], [AuthType#veto]), which of
/// them events select as auth events ([AuthType#selectedKeys]), which types are power events
/// ([#powerEventTypes]), and what a redaction keeps ([#redactionKeeps]).
///
/// @param id the identifier in `m.room.create`
/// @param eventIds how events get their ids; the senders of versions that choose them also
///     send hashes with references
/// @param canonicalJson whether events must obey canonical JSON; else any number passes
/// @param keyValidity whether a signing key must have been valid at the event's
///     `origin_server_ts`
/// @param stateAlgorithm the state resolution algorithm
/// @param powerEventTypes the types whose state events are power events whatever they say
/// @param aliasesRule whether `m.room.aliases` has an auth rule of its own
/// @param redactionRule whether the auth rules say who may redact; else that is checked when a
///     redaction is applied
/// @param notificationLevels whether changes of `notifications` in power levels are checked
/// @param knocking whether the `knock` membership and join rule exist
/// @param restrictedJoins whether the `restricted` join rule exists
/// @param knockRestrictedJoins whether the `knock_restricted` join rule exists
/// @param integerPowerLevels whether power levels must be integers; else strings (and, in
///     versions without [#canonicalJson], floats) that look like integers count too
/// @param creatorInContent whether the creator is named by `content.creator` of the create
///     event; else it is its sender
/// @param redactsInContent whether a redaction names its target in its content; else at the
///     top level
/// @param roomIdIsCreateHash whether the room id is the create event's id, which then has no
///     `room_id` and is in nobody's `auth_events`
/// @param privilegedCreators whether creators have infinite power
/// @param checkedInviteState whether `invite_room_state` and `knock_room_state` must be whole,
///     signed events
/// @param tombstoneLevel the level of `m.room.tombstone` in the power levels of a new room
/// @param redactionKeeps what a redaction leaves
/// @param ownAuthTypes types of state event that authorize others, beyond those of Matrix, in the
///     order in which their vetoes are asked; none in the versions of the specification
public record RoomVersion(
        String id,
        EventIdForm eventIds,
        boolean canonicalJson,
        boolean keyValidity,
        StateAlgorithm stateAlgorithm,
        Set<String> powerEventTypes,
        boolean aliasesRule,
        boolean redactionRule,
        boolean notificationLevels,
        boolean knocking,
        boolean restrictedJoins,
        boolean knockRestrictedJoins,
        boolean integerPowerLevels,
        boolean creatorInContent,
        boolean redactsInContent,
        boolean roomIdIsCreateHash,
        boolean privilegedCreators,
        boolean checkedInviteState,
        int tombstoneLevel,
        RedactionKeeps redactionKeeps,
        List<AuthType> ownAuthTypes) {
    public RoomVersion {
        powerEventTypes = Set.copyOf(powerEventTypes);
        ownAuthTypes = List.copyOf(ownAuthTypes);
        Set<String> types = new HashSet<>();
        for (AuthType own : ownAuthTypes) {
            if (own.type().startsWith("m.") || !types.add(own.type())) {
                throw new IllegalArgumentException("no type of our own: " + own.type());
            }
        }
    }

    /// Whether events choose their own ids and reference others as `[id, hashes]` pairs.
    public boolean hasChosenEventIds() {
        return eventIds == EventIdForm.CHOSEN_BY_SENDER;
    }

    @Override
    public String toString() {
        return id;
    }
}
