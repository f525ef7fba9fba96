package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventRow;
import im.holm.engine.core.Membership;
import im.holm.journal.Vector;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// `rooms.leave.<room>` of a `/sync` answer: what happened until the user left, and nothing after.
final class SyncLeft {

    private final InstantSource time;
    private final RoomAccess access;

    SyncLeft(InstantSource time, RoomAccess access) {
        this.time = time;
        this.access = access;
    }

    /// @return empty if the device knows of it already
    Optional<byte[]> read(SyncRequest request, SyncRoom room) {
        boolean told = request.since()
                .map(since -> since.covers(room.member().pos()))
                .orElse(!request.filter().includeLeave());
        boolean again = request.filter().includeLeave() && request.fullState();
        return told && !again ? Optional.empty() : Optional.of(write(request, room));
    }

    private byte[] write(SyncRequest request, SyncRoom room) {
        RoomView view = room.view();
        Vector since = request.since().map(SyncRequest.Since::cut).orElse(Vector.ZERO);
        boolean wasJoined = SyncRoom.membershipAt(view, since, room.member().user())
                .filter(Membership.JOIN::equals)
                .isPresent();
        Optional<EventRow> departure =
                access.departure(view, room.member()).filter(left -> !since.covers(left.pos()));
        SyncWindow window = departure
                .map(left ->
                        SyncWindow.ofLeft(view, request, wasJoined ? since : Vector.ZERO, left))
                .orElseGet(() -> onlyOwnEvent(view, room));
        List<StoredEvent> state = departure
                .map(left -> state(request, view, window, left, wasJoined ? since : Vector.ZERO))
                .orElseGet(() -> request.stateForm().isAfter() ? window.events() : List.of());
        var rendition = new Rendition(view, request.caller(), time.millis(), request.form());
        var out = new JsonOut();
        out.beginObject();
        out.key("timeline").beginObject().key("events");
        rendition.writeAll(out, window.events());
        out.field("limited", window.limited())
                .field("prev_batch", window.prevBatch().text())
                .endObject();
        out.key(request.stateForm().key()).beginObject().key("events");
        rendition.writeState(out, state);
        out.endObject();
        out.key("account_data")
                .beginObject()
                .key("events")
                .beginArray()
                .endArray()
                .endObject();
        return out.endObject().toBytes();
    }

    private static List<StoredEvent> state(
            SyncRequest request,
            RoomView view,
            SyncWindow window,
            EventRow departure,
            Vector since) {
        int end = departure.snapAfter();
        int start = window.events().isEmpty() ? end : window.snapBefore();
        int known = request.fullState() ? 0 : view.snapAt(since);
        return new SyncState(view, request, known, start, end).events(window.events(), List.of());
    }

    /// Who never was in the room, or is known to have left it, learns no more than what became
    /// of their own membership.
    private static SyncWindow onlyOwnEvent(RoomView view, SyncRoom room) {
        List<StoredEvent> own = view.events(new int[] {room.member().ev()});
        return new SyncWindow(own, false, new RoomToken(view.head().tlTop()), 0);
    }
}
