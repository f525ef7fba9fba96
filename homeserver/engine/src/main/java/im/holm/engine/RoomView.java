package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomStatus;
import im.holm.journal.Vector;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.state.StateMap;

import java.util.List;
import java.util.Optional;

/// One room as readers see it. The head and what follows from it are of the moment when the view
/// was taken; a reader that must not run ahead of its own cut gives the cut.
public interface RoomView {

    RoomIdentity identity();

    RoomStatus status();

    RoomHead head();

    /// The room's state at a snapshot, key to event number.
    StateMap state(int snap);

    /// The current state.
    default StateMap state() {
        return state(head().snap());
    }

    Optional<StoredEvent> stateEvent(int snap, StateKey key);

    default Optional<StoredEvent> stateEvent(StateKey key) {
        return stateEvent(head().snap(), key);
    }

    /// Events by number, in that order.
    List<StoredEvent> events(int[] evs);

    Optional<StoredEvent> event(EventId eventId);

    /// The snapshot that was the room's state at the cut: `room_snap` of the newest live event
    /// within it; 0 before the first.
    int snapAt(Vector cut);

    /// The newest live events after `since` and within `upTo`, in timeline order, at most
    /// `limit`.
    LivePage since(Vector since, Vector upTo, int limit);

    /// The newest live events, as far as they are in memory.
    Recent recent();

    /// Events of the timeline with `from` excluded, nearest first. Backwards it stops at a gap:
    /// the page then ends there and says so; call [#fill] and go on.
    TimelinePage page(long from, boolean backwards, int limit);

    /// Asks other servers for what lies in the gap below `tl`, for at most 10 s.
    ///
    /// @return whether something was added
    boolean fill(long tl, int limit);

    /// Whether history visibility and membership let this user see the event (client-server
    /// API, "Room history visibility").
    boolean visible(StoredEvent event, UserId reader);

    /// What is known of a room that we are not in: stripped state of the invite or knock of
    /// this user.
    List<JsonObject> strippedState(UserId user);

    /// @param limited whether there are more live events in between, or a gap
    /// @param start timeline key just before the first event: a `prev_batch`
    /// @param snapBefore the room's state just before the first event
    record LivePage(List<StoredEvent> events, boolean limited, long start, int snapBefore) {}

    /// @param shape another number whenever anything else changes in the timeline than that
    /// live events are added at its end
    /// @param from above this timeline key there are these rows and no others
    /// @param rows oldest first, as they are now
    record Recent(long shape, long from, List<EventRow> rows) {

        public Recent {
            rows = List.copyOf(rows);
        }

        /// Those above this timeline key, which must not be below [#from].
        public List<EventRow> after(long tl) {
            int at = rows.size();
            while (at > 0 && rows.get(at - 1).tl() > tl) {
                at--;
            }
            return rows.subList(at, rows.size());
        }
    }

    /// @param end timeline key from which the next page goes on
    /// @param gap whether it ended at a gap that can be filled
    /// @param exhausted whether nothing can follow
    record TimelinePage(List<StoredEvent> events, long end, boolean gap, boolean exhausted) {}
}
