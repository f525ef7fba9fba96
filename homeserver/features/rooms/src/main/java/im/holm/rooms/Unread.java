package im.holm.rooms;

import im.holm.engine.StoredEvent;
import im.holm.slice.Caller;

import java.util.OptionalLong;

/// How many events of a room a user has not read: those after their receipt, or since they joined
/// if
/// they have none (client-server API, "Receiving notifications").
final class Unread {

    private final ReceiptTable receipts;
    private final UnreadTable counts;

    Unread(ReceiptTable receipts, UnreadTable counts) {
        this.receipts = receipts;
        this.counts = counts;
    }

    void write(JsonOut out, SyncRoom room, Caller caller) {
        long after = readUpTo(room, caller);
        out.key("unread_notifications")
                .beginObject()
                .field("notification_count", counts.events(room.roomNid(), caller.userNid(), after))
                .field(
                        "highlight_count",
                        counts.highlights(room.roomNid(), caller.userNid(), after))
                .endObject();
    }

    private long readUpTo(SyncRoom room, Caller caller) {
        OptionalLong read = receipts.readUpTo(room.roomNid(), caller.userNid());
        if (read.isPresent()) {
            return read.getAsLong();
        }
        return room.view().events(new int[] {room.member().ev()}).stream()
                .map(StoredEvent::row)
                .mapToLong(row -> row.tl())
                .findFirst()
                .orElse(0);
    }
}
