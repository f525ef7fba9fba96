package im.holm.protocol.state;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;

/// The events of one room by their local numbers, as state resolution reads them. Numbers are
/// positive and dense, so that sets of them can be bit sets.
///
/// Every number that a state map or [#auth] names is known; a graph that is incomplete is a
/// bug of whoever made it.
public interface AuthGraph {
    Pdu event(int ev);

    /// The numbers of the event's auth events. The array is not changed by the caller.
    int[] auth(int ev);

    /// Whether the event was rejected.
    boolean rejected(int ev);

    /// For ties.
    default EventId eventId(int ev) {
        return event(ev).eventId();
    }
}
