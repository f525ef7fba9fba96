package im.holm.protocol.visibility;

import im.holm.protocol.auth.AuthState;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;

/// Who may read a room's history (client-server API, "Room History Visibility").
public enum HistoryVisibility {
    /// Everybody.
    WORLD_READABLE,
    /// Members, and whoever became one later.
    SHARED,
    /// Members from their invite on.
    INVITED,
    /// Members from their join on.
    JOINED;

    /// The setting in a state: [#SHARED] when there is none or it is not understood.
    public static HistoryVisibility in(AuthState state) {
        return state.get(StateKey.HISTORY_VISIBILITY).map(HistoryVisibility::of).orElse(SHARED);
    }

    /// The setting that an `m.room.history_visibility` event makes.
    public static HistoryVisibility of(Pdu event) {
        return switch (event.content().string("history_visibility").orElse("")) {
            case "world_readable" -> WORLD_READABLE;
            case "invited" -> INVITED;
            case "joined" -> JOINED;
            default -> SHARED;
        };
    }
}
