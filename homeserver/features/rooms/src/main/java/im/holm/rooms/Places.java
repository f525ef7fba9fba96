package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.journal.Journal;
import im.holm.journal.SyncToken;
import im.holm.journal.Vector;

import java.util.List;
import java.util.Optional;

/// Reads a token that a client gives to a pagination endpoint: a place in the timeline, or a
/// `next_batch` of `/sync`, which stands for the place after all that it covers.
final class Places {

    private final Journal journal;

    Places(Journal journal) {
        this.journal = journal;
    }

    sealed interface Place {
        record InTimeline(RoomToken token) implements Place {}

        record InJournal(Vector cut) implements Place {}
    }

    Optional<Place> parse(String text) {
        Optional<Place> inTimeline = RoomToken.parse(text).map(Place.InTimeline::new);
        if (inTimeline.isPresent()) {
            return inTimeline;
        }
        return SyncToken.parse(text) instanceof SyncToken.Parsed.Valid(SyncToken token)
                ? Optional.of(new Place.InJournal(journal.cut(token)))
                : Optional.empty();
    }

    static RoomToken in(RoomView view, Place place) {
        return switch (place) {
            case Place.InTimeline(RoomToken token) -> token;
            case Place.InJournal(Vector cut) -> {
                List<StoredEvent> newest = view.since(Vector.ZERO, cut, 1).events();
                yield newest.isEmpty()
                        ? new RoomToken(view.head().tlBottom())
                        : RoomToken.after(newest.getLast().row().tl());
            }
        };
    }

    /// The state at the place; 0 if nothing is known of it.
    static int snapAt(RoomView view, Place place) {
        return switch (place) {
            case Place.InJournal(Vector cut) -> view.snapAt(cut);
            case Place.InTimeline(RoomToken token) ->
                view.page(token.tl(), true, 1).events().stream()
                        .findFirst()
                        .map(event -> event.row().roomSnap() != 0
                                ? event.row().roomSnap()
                                : event.row().snapAfter())
                        .orElse(0);
        };
    }
}
