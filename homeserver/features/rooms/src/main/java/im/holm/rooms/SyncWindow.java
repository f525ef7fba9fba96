package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.RoomView.LivePage;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventRow;
import im.holm.journal.Vector;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The part of a room's timeline that one `/sync` answer shows.
///
/// @param events oldest first
/// @param limited whether events between the last sync and the first event are left out
/// @param prevBatch the place before the first event
/// @param snapBefore the room's state there; 0 if the room begins there or nothing is known
record SyncWindow(List<StoredEvent> events, boolean limited, RoomToken prevBatch, int snapBefore) {

    /// Events looked at for one room, at most.
    private static final int SCANNED_MAX = 1000;

    /// What is new of a room that the user is in.
    static SyncWindow ofJoined(RoomView view, SyncRequest request, Vector from, Vector to) {
        int limit = request.timelineLimit();
        for (int scan = Math.max(1, limit); ; scan = Math.min(scan * 4, SCANNED_MAX)) {
            LivePage page = view.since(from, to, scan);
            int[] wanted = wanted(view, request, page.events());
            if (!page.limited() || wanted.length >= limit || scan == SCANNED_MAX) {
                return cut(view, page, wanted, limit);
            }
        }
    }

    /// What a former member may still see: the events after `from` up to the one by which they
    /// left.
    static SyncWindow ofLeft(RoomView view, SyncRequest request, Vector from, EventRow departure) {
        int limit = Math.max(1, request.timelineLimit());
        List<StoredEvent> events = new ArrayList<>();
        int snapBefore = 0;
        var page = view.page(departure.tl() + 1, true, limit + 1);
        boolean limited = page.gap();
        for (StoredEvent event : page.events()) {
            boolean seen = from.covers(event.row().pos());
            if (seen || events.size() == limit) {
                snapBefore = event.row().roomSnap();
                limited = !seen;
                break;
            }
            events.addFirst(event);
        }
        RoomToken start = new RoomToken(
                events.isEmpty() ? departure.tl() : events.getFirst().row().tl());
        if (snapBefore == 0 && !events.isEmpty()) {
            snapBefore = events.getFirst().row().snapBefore();
        }
        return new SyncWindow(
                events.stream().filter(event -> isWanted(view, request, event)).toList(),
                limited,
                start,
                snapBefore);
    }

    /// An empty window at the cut.
    static SyncWindow nothing(RoomView view, Vector to) {
        return new SyncWindow(List.of(), false, Places.in(view, new Places.Place.InJournal(to)), 0);
    }

    SyncWindow asLimited() {
        return new SyncWindow(events, true, prevBatch, snapBefore);
    }

    private static SyncWindow cut(RoomView view, LivePage page, int[] wanted, int limit) {
        int dropped = Math.max(0, wanted.length - limit);
        List<StoredEvent> events = new ArrayList<>();
        for (int i = dropped; i < wanted.length; i++) {
            events.add(page.events().get(wanted[i]));
        }
        boolean limited = page.limited() || dropped > 0;
        if (events.isEmpty()) {
            RoomToken end = page.events().isEmpty()
                    ? RoomToken.after(view.head().tlTop())
                    : RoomToken.after(page.events().getLast().row().tl());
            return new SyncWindow(List.of(), limited, end, 0);
        }
        int first = wanted[dropped];
        int snapBefore = first == 0
                ? page.snapBefore()
                : page.events().get(first - 1).row().roomSnap();
        return new SyncWindow(
                events, limited, new RoomToken(events.getFirst().row().tl()), snapBefore);
    }

    /// Places in the list of what the reader may see and asked for.
    private static int[] wanted(RoomView view, SyncRequest request, List<StoredEvent> events) {
        return IntStream.range(0, events.size())
                .filter(i -> isWanted(view, request, events.get(i)))
                .toArray();
    }

    private static boolean isWanted(RoomView view, SyncRequest request, StoredEvent event) {
        return request.filter().timeline().wants(event)
                && view.visible(event, request.caller().user());
    }
}
