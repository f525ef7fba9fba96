package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.state.StateMap;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// By whose names a room goes that has none of its own: the first five others who are in it or
/// invited, else of those who were (client-server API, "GET /sync", `m.heroes`).
final class Heroes {

    private static final int HEROES_MAX = 5;

    private final Memberships memberships;

    Heroes(Memberships memberships) {
        this.memberships = memberships;
    }

    /// Empty if the room has a name or an alias.
    Optional<List<String>> of(RoomView view, StateMap state, UserId reader) {
        if (says(view, state, EventTypes.NAME, "name")
                || says(view, state, EventTypes.CANONICAL_ALIAS, "alias")) {
            return Optional.empty();
        }
        long room = view.identity().roomNid();
        List<String> present = first(room, Set.of(Membership.JOIN, Membership.INVITE), reader);
        return Optional.of(
                present.isEmpty()
                        ? first(room, Set.of(Membership.LEAVE, Membership.BAN), reader)
                        : present);
    }

    private List<String> first(long roomNid, Set<Membership> which, UserId reader) {
        return memberships.inRoom(roomNid, which).stream()
                .filter(member -> !member.user().equals(reader))
                .sorted(Comparator.comparingInt(StoredMember::ev))
                .limit(HEROES_MAX)
                .map(member -> member.user().toString())
                .toList();
    }

    private static boolean says(RoomView view, StateMap state, String type, String key) {
        int ev = state.find(StateKey.of(type));
        return ev != StateMap.ABSENT
                && view.events(new int[] {ev}).stream()
                        .map(StoredEvent::content)
                        .flatMap(content -> content.string(key).stream())
                        .anyMatch(text -> !text.isEmpty());
    }
}
