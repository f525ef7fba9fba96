package im.holm.engine;

import im.holm.engine.core.RoomInput;
import im.holm.engine.core.RoomInput.LocalEvent;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.List;
import java.util.Optional;

/// Ties the ends of a room together when there are too many: each end costs every following event a
/// state resolution, on all servers. Nobody speaks often enough in a quiet room to do it in
/// passing.
final class Merging {

    /// More extremities than this are merged by an event of our own.
    static final int EXTREMITIES_MAX = 20;
    /// Not shown by clients, not counted, without content.
    static final String EVENT_TYPE = "im.holm.merge";
    /// Users in whose name it is tried, at most: not all may send.
    private static final int SENDERS_MAX = 5;

    private final Rooms rooms;

    Merging(Rooms rooms) {
        this.rooms = rooms;
    }

    void mergeIfNeeded(RoomCell cell) {
        Committed room = cell.committed();
        if (room.head().extremities().length <= EXTREMITIES_MAX) {
            return;
        }
        long[] senders = room.locals();
        for (int i = 0; i < Math.min(SENDERS_MAX, senders.length); i++) {
            UserId sender = rooms.identities().user(senders[i]);
            var event = new LocalEvent(EVENT_TYPE, Optional.empty(), JsonObject.EMPTY);
            var input = new RoomInput.Command(sender, List.of(event));
            if (Deciding.decide(cell, input) instanceof Deciding.Decided.Done) {
                return;
            }
        }
    }
}
