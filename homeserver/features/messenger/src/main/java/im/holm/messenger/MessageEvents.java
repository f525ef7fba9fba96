package im.holm.messenger;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.RoomView.LivePage;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.journal.Journal;
import im.holm.journal.JournalEntry;
import im.holm.journal.Position;
import im.holm.journal.Vector;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.GatewayEvents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The gateway's `message` events, and `invitation` for a thread that somebody invites to.
///
/// Of a thread in which more has happened than [#LIVE_MAX] events there is one `reload` instead:
/// the client reads it anew.
final class MessageEvents implements GatewayEvents {

    /// Events of one thread that a reconnecting client is told one by one.
    static final int LIVE_MAX = 5_000;

    /// With more facts than this between two cuts all of a user's threads are looked at.
    private static final int FACTS_MAX = 1_000;

    private final Journal journal;
    private final RoomReader rooms;
    private final Memberships memberships;
    private final ThreadView threads;

    MessageEvents(Journal journal, RoomReader rooms, Memberships memberships, ThreadView threads) {
        this.journal = journal;
        this.rooms = rooms;
        this.memberships = memberships;
        this.threads = threads;
    }

    @Override
    public Reader open(Caller caller) {
        return (from, to) -> read(caller, from.vector(), to.vector());
    }

    private Events read(Caller caller, Vector from, Vector to) {
        Optional<Set<Long>> touched = touched(from, to);
        if (touched.filter(Set::isEmpty).isPresent()) {
            return Events.NONE;
        }
        List<Event> events = new ArrayList<>();
        for (StoredMember member : memberships.ofUser(caller.user())) {
            if (touched.filter(rooms -> !rooms.contains(member.roomNid())).isPresent()) {
                continue;
            }
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

    /// Rooms in which something happened between the cuts, by the journal; empty if it does not
    /// reach back so far, or tells too much. A room in memory is cheap to look at, all others
    /// not.
    private Optional<Set<Long>> touched(Vector from, Vector to) {
        long retainedFrom = journal.retainedFrom();
        long[] positions = from.positions();
        if (positions.length == 0 || Arrays.stream(positions).anyMatch(at -> at < retainedFrom)) {
            return Optional.empty();
        }
        List<JournalEntry> entries = journal.read(from, to, FACTS_MAX);
        if (entries.size() == FACTS_MAX) {
            return Optional.empty();
        }
        Set<Long> touched = new HashSet<>();
        for (JournalEntry entry : entries) {
            switch (entry.fact().kind()) {
                case EVENT -> touched.add(entry.fact().scope());
                case OUT_OF_BAND_MEMBERSHIP -> touched.add(entry.fact().ref());
                case EVENT_CHANGED,
                        STATE_CHANGED,
                        RECEIPT,
                        ACCOUNT_DATA,
                        TO_DEVICE,
                        DEVICE_LIST,
                        PROFILE -> {}
            }
        }
        return Optional.of(touched);
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
