package im.holm.messenger;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.RoomView.LivePage;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.Position;
import im.holm.journal.Vector;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.GatewayEvents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The gateway's `message` events, and `invitation` for a thread that somebody invites to.
///
/// Of a thread in which more has happened than [#LIVE_MAX] events there is one `reload` instead:
/// the client reads it anew.
final class MessageEvents implements GatewayEvents {

    /// Events of one thread that a reconnecting client is told one by one.
    static final int LIVE_MAX = 5_000;

    private final RoomReader rooms;
    private final Memberships memberships;
    private final ThreadView threads;

    MessageEvents(RoomReader rooms, Memberships memberships, ThreadView threads) {
        this.rooms = rooms;
        this.memberships = memberships;
        this.threads = threads;
    }

    @Override
    public Reader open(Caller caller) {
        return (from, to) -> read(caller, from.vector(), to.vector());
    }

    private Events read(Caller caller, Vector from, Vector to) {
        List<Event> events = new ArrayList<>();
        for (StoredMember member : memberships.ofUser(caller.user())) {
            if (member.membership() == Membership.JOIN) {
                rooms.room(member.roomNid())
                        .filter(view -> !from.covers(view.head().lastPos()))
                        .ifPresent(view -> events.addAll(messages(caller, view, from, to)));
            } else if (member.membership() == Membership.INVITE && isNew(member.pos(), from, to)) {
                rooms.room(member.roomNid())
                        .ifPresent(view -> events.add(invitation(caller, view, member)));
            }
        }
        events.sort(Comparator.comparingLong(Event::position));
        return events.size() <= EVENTS_MAX
                ? new Events(events, false)
                : new Events(events.subList(0, EVENTS_MAX), true);
    }

    private static boolean isNew(long position, Vector from, Vector to) {
        return position > 0 && !from.covers(position) && to.covers(position);
    }

    private static List<Event> messages(Caller caller, RoomView view, Vector from, Vector to) {
        List<StoredEvent> live = live(view, from, to);
        if (live.size() >= LIVE_MAX) {
            var data = JsonObject.builder()
                    .put("thread_id", new ThreadId(view.identity().roomId()).text());
            long position = live.getLast().row().pos();
            return List.of(new Event(position, "reload", data.build()));
        }
        List<StoredEvent> shown = live.stream()
                .filter(event -> MessageView.shows(view, event, caller.user()))
                .limit(EVENTS_MAX + 1)
                .toList();
        List<JsonObject> rendered = MessageView.render(view, shown, caller);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            events.add(new Event(shown.get(i).row().pos(), "message", rendered.get(i)));
        }
        return events;
    }

    /// All live events between the cuts, by position; of too many about [#LIVE_MAX]. A room
    /// gives its newest, and ends at a gap: what lies before is asked for again.
    private static List<StoredEvent> live(RoomView view, Vector from, Vector to) {
        Map<Long, StoredEvent> byPosition = new TreeMap<>();
        Vector upTo = to;
        while (byPosition.size() < LIVE_MAX) {
            LivePage page = view.since(from, upTo, EVENTS_MAX);
            page.events().forEach(event -> byPosition.put(event.row().pos(), event));
            if (!page.limited() || page.events().isEmpty()) {
                break;
            }
            upTo = before(upTo, page.events().getFirst().row().pos());
        }
        return List.copyOf(byPosition.values());
    }

    /// The cut without this position and what came after it in its slot.
    private static Vector before(Vector cut, long position) {
        return Vector.of(Arrays.stream(cut.positions())
                .map(other -> Position.slot(other) == Position.slot(position)
                        ? position - Position.TICK
                        : other)
                .filter(other -> other > 0)
                .toArray());
    }

    private Event invitation(Caller caller, RoomView view, StoredMember member) {
        JsonObject data = threads.invited(view, member, caller)
                .put("timestamp", Position.millis(member.pos()))
                .build();
        return new Event(member.pos(), "invitation", data);
    }
}
