package im.holm.rooms;

import com.github.benmanes.caffeine.cache.Cache;

import im.holm.engine.Memberships;
import im.holm.engine.Mentions;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.RoomView.Recent;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventFlags;
import im.holm.engine.core.EventRow;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.protocol.id.UserId;
import im.holm.slice.Caller;
import im.holm.slice.Kernel;
import im.holm.slice.Receipts;

import java.util.Optional;
import java.util.OptionalLong;

/// How many events of a room a user has not read: those after their receipt, or since their own
/// member event if they have none (client-server API, "Receiving notifications").
///
/// A count is kept in memory. The live events that came since are added to it from the room's tail;
/// the store counts again only when the user has read more than the tail shows, or something
/// changed within the timeline.
final class Unread {

    private static final double SHARE = 0.03;
    private static final int COUNT_BYTES = 96;

    private final RoomReader rooms;
    private final Memberships memberships;
    private final Identities identities;
    private final ReadPositions positions;
    private final UnreadTable counts;
    private final Cache<Place, Counted> known;

    private record Place(long roomNid, long userNid) {}

    /// @param after timeline key of the newest event that was read
    /// @param upTo timeline key up to which it was counted
    /// @param shape of the room's timeline then
    private record Counted(long after, long upTo, long shape, int events, int highlights) {}

    Unread(Kernel kernel, ReadPositions positions, UnreadTable counts) {
        this.rooms = kernel.rooms();
        this.memberships = kernel.memberships();
        this.identities = kernel.identities();
        this.positions = positions;
        this.counts = counts;
        this.known = kernel.caches().weighed("unread", SHARE, (Place _, Counted _) -> COUNT_BYTES);
    }

    void write(JsonOut out, SyncRoom room, Caller caller) {
        Counted counted = counted(room.view(), caller.userNid(), room.member());
        out.key("unread_notifications")
                .beginObject()
                .field("notification_count", counted.events())
                .field("highlight_count", counted.highlights())
                .endObject();
    }

    int count(long roomNid, long userNid) {
        Optional<StoredMember> member = memberships.of(roomNid, identities.user(userNid));
        return member.flatMap(known -> rooms.room(roomNid)
                        .map(view -> counted(view, userNid, known).events()))
                .orElse(0);
    }

    private Counted counted(RoomView view, long userNid, StoredMember member) {
        var place = new Place(view.identity().roomNid(), userNid);
        Recent recent = view.recent();
        long after = readUpTo(view, userNid, member);
        long top = view.head().tlTop();
        Counted before = known.getIfPresent(place);
        boolean goesOn = before != null
                && before.after() == after
                && before.shape() == recent.shape()
                && before.upTo() >= recent.from();
        Counted now;
        if (goesOn) {
            now = before.upTo() >= top ? before : more(view, recent, before, member.user(), top);
        } else if (after >= recent.from()) {
            var nothing = new Counted(after, after, recent.shape(), 0, 0);
            now = more(view, recent, nothing, member.user(), top);
        } else {
            now = inStore(place, after, recent.shape(), top);
        }
        if (now != before) {
            known.put(place, now);
        }
        return now;
    }

    private static Counted more(
            RoomView view, Recent recent, Counted before, UserId reader, long top) {
        int events = before.events();
        int highlights = before.highlights();
        for (EventRow row : recent.after(before.upTo())) {
            if (!row.sender().equals(reader)) {
                events += row.has(EventFlags.COUNTABLE) ? 1 : 0;
                highlights += names(view, row, reader) ? 1 : 0;
            }
        }
        return new Counted(
                before.after(),
                Math.max(top, before.upTo()),
                before.shape(),
                Math.min(events, Receipts.UNREAD_MAX),
                Math.min(highlights, Receipts.UNREAD_MAX));
    }

    private static boolean names(RoomView view, EventRow row, UserId reader) {
        return view.events(new int[] {row.ev()}).stream()
                .map(StoredEvent::content)
                .anyMatch(content -> Mentions.named(content).anyMatch(reader::equals));
    }

    private Counted inStore(Place place, long after, long shape, long top) {
        return new Counted(
                after,
                top,
                shape,
                counts.events(place.roomNid(), place.userNid(), after, top),
                counts.highlights(place.roomNid(), place.userNid(), after, top));
    }

    private long readUpTo(RoomView view, long userNid, StoredMember member) {
        OptionalLong read = positions.of(view.identity().roomNid(), userNid);
        return read.isPresent()
                ? read.getAsLong()
                : view.events(new int[] {member.ev()}).stream()
                        .mapToLong(event -> event.row().tl())
                        .findFirst()
                        .orElse(Long.MAX_VALUE);
    }
}
