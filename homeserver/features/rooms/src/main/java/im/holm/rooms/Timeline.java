package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.RoomView.TimelinePage;
import im.holm.engine.StoredEvent;
import im.holm.protocol.id.UserId;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Walks a room's timeline for one reader: past events that they may not see or do not want, and
/// across gaps, which are filled from other servers on the way.
final class Timeline {

    /// Events looked at for one answer, at most.
    static final int SCANNED_MAX = 2000;

    /// Gaps filled for one answer, at most; each may take 10 s.
    private static final int FILLS_MAX = 2;

    private static final int PAGE_MIN = 20;

    private final RoomView view;
    private final UserId reader;
    private final long tlMax;

    /// @param tlMax key of the newest event that the reader may know
    Timeline(RoomView view, UserId reader, long tlMax) {
        this.view = view;
        this.reader = reader;
        this.tlMax = tlMax;
    }

    /// @param end where the next page starts
    /// @param exhausted whether there is nothing beyond
    record Page(List<StoredEvent> events, RoomToken end, boolean exhausted) {}

    RoomToken newest() {
        return RoomToken.after(tlMax);
    }

    /// Events from the place on, nearest first.
    Page read(RoomToken from, boolean backwards, int limit, Predicate<StoredEvent> wanted) {
        List<StoredEvent> found = new ArrayList<>();
        RoomToken at = from.tl() > newest().tl() ? newest() : from;
        int scanned = 0;
        int fills = 0;
        while (scanned < SCANNED_MAX) {
            int size = Math.max(PAGE_MIN, Math.min(limit - found.size(), SCANNED_MAX - scanned));
            // The place lies before the event that has its key: excluded backwards,
            // included forwards.
            TimelinePage page = view.page(backwards ? at.tl() : at.tl() - 1, backwards, size);
            for (StoredEvent event : page.events()) {
                if (!backwards && event.row().tl() > tlMax) {
                    return new Page(found, at, true);
                }
                if (found.size() == limit) {
                    return new Page(found, at, false);
                }
                at = placeBeyond(event, backwards);
                scanned++;
                if (wanted.test(event) && view.visible(event, reader)) {
                    found.add(event);
                }
            }
            if (page.exhausted()) {
                return new Page(found, at, true);
            }
            if (found.size() == limit) {
                return new Page(found, at, false);
            }
            if (page.gap() && backwards) {
                if (fills++ == FILLS_MAX || !view.fill(page.end(), size)) {
                    return new Page(found, at, found.isEmpty());
                }
            } else if (page.events().isEmpty()) {
                return new Page(found, at, true);
            }
        }
        return new Page(found, at, false);
    }

    private static RoomToken placeBeyond(StoredEvent event, boolean backwards) {
        return backwards
                ? new RoomToken(event.row().tl())
                : RoomToken.after(event.row().tl());
    }
}
