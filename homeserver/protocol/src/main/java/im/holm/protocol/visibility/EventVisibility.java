package im.holm.protocol.visibility;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;

import java.util.Collection;

/// Whether somebody may see an event, by the state of the room at that event.
public final class EventVisibility {
    private EventVisibility() {}

    /// Whether a user may see an event.
    ///
    /// @param before the state before the event: its history visibility and the user's
    ///     membership are read
    /// @param joinedLater whether the user joined the room at any point after the event
    public static boolean maySee(Pdu event, UserId user, AuthState before, boolean joinedLater) {
        HistoryVisibility visibility = HistoryVisibility.in(before);
        String membership = membership(user, before);
        boolean allowed = maySee(visibility, membership, joinedLater);
        if (event.isState(EventTypes.HISTORY_VISIBILITY)) {
            return allowed || maySee(HistoryVisibility.of(event), membership, joinedLater);
        }
        if (event.statePlace().filter(StateKey.member(user)::equals).isPresent()) {
            return allowed || maySee(visibility, event.membership().orElse("leave"), joinedLater);
        }
        return allowed;
    }

    /// The specification's table.
    ///
    /// @param membership the user's membership at the event
    /// @param joinedLater whether the user joined the room at any point after the event
    public static boolean maySee(
            HistoryVisibility visibility, String membership, boolean joinedLater) {
        if (membership.equals("join")) {
            return true;
        }
        return switch (visibility) {
            case WORLD_READABLE -> true;
            case SHARED -> joinedLater;
            case INVITED -> membership.equals("invite");
            case JOINED -> false;
        };
    }

    /// Whether a server that is or was in the room may have an event: whether one of its users
    /// may see it.
    ///
    /// @param memberships the memberships that its users had at the event
    public static boolean mayServerSee(
            HistoryVisibility visibility, Collection<String> memberships) {
        return switch (visibility) {
            case WORLD_READABLE, SHARED -> true;
            case INVITED -> memberships.contains("join") || memberships.contains("invite");
            case JOINED -> memberships.contains("join");
        };
    }

    private static String membership(UserId user, AuthState state) {
        return state.get(StateKey.member(user)).flatMap(Pdu::membership).orElse("leave");
    }
}
