package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.StoredEvent;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.slice.Caller;
import im.holm.slice.Kernel;

import java.util.Optional;
import java.util.OptionalLong;

/// How many events of a room a user has not read: those after their receipt, or since their own
/// member event if they have none (client-server API, "Receiving notifications").
final class Unread {

    private final RoomReader rooms;
    private final Memberships memberships;
    private final Identities identities;
    private final ReceiptTable receipts;
    private final UnreadTable counts;

    Unread(Kernel kernel, ReceiptTable receipts, UnreadTable counts) {
        this.rooms = kernel.rooms();
        this.memberships = kernel.memberships();
        this.identities = kernel.identities();
        this.receipts = receipts;
        this.counts = counts;
    }

    void write(JsonOut out, SyncRoom room, Caller caller) {
        long after = readUpTo(room.roomNid(), caller.userNid(), Optional.of(room.member()));
        out.key("unread_notifications")
                .beginObject()
                .field("notification_count", counts.events(room.roomNid(), caller.userNid(), after))
                .field(
                        "highlight_count",
                        counts.highlights(room.roomNid(), caller.userNid(), after))
                .endObject();
    }

    int count(long roomNid, long userNid) {
        var member = memberships.of(roomNid, identities.user(userNid));
        return member.isEmpty()
                ? 0
                : counts.events(roomNid, userNid, readUpTo(roomNid, userNid, member));
    }

    private long readUpTo(long roomNid, long userNid, Optional<StoredMember> member) {
        OptionalLong read = receipts.readUpTo(roomNid, userNid);
        if (read.isPresent()) {
            return read.getAsLong();
        }
        return member.stream()
                .flatMap(known -> rooms.room(roomNid).stream()
                        .flatMap(view -> view.events(new int[] {known.ev()}).stream()))
                .map(StoredEvent::row)
                .mapToLong(row -> row.tl())
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
