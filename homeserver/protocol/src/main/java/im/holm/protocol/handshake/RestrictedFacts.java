package im.holm.protocol.handshake;

import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;

import java.util.List;
import java.util.Set;

/// What a resident server knows that bears on a restricted join.
///
/// @param knownRooms those of the rooms in [RestrictedJoins#conditions] whose members this
///     server knows, being in them
/// @param userRooms those of them that the joining user is in
/// @param ourMembers this server's users who are in the room to be joined
public record RestrictedFacts(
        Set<RoomId> knownRooms, Set<RoomId> userRooms, List<UserId> ourMembers) {
    public static final RestrictedFacts NONE = new RestrictedFacts(Set.of(), Set.of(), List.of());

    public RestrictedFacts {
        knownRooms = Set.copyOf(knownRooms);
        userRooms = Set.copyOf(userRooms);
        ourMembers = List.copyOf(ourMembers);
    }
}
