package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.engine.core.GapReason;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomHead;
import im.holm.engine.core.RoomIdentity;
import im.holm.engine.core.RoomStatus;
import im.holm.journal.Position;
import im.holm.journal.Vector;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.handshake.StrippedState;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonResult;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.state.StateMap;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A view of a room at one commit.
final class CommittedRoom implements RoomView {

    /// Events that one page gives, at most.
    static final int PAGE_MAX = 1_000;

    private static final JsonLimits STRIPPED = JsonLimits.federationBody(4 << 20);

    private final Rooms rooms;
    private final RoomCell cell;
    private final Committed room;
    private final GapFilling filling;
    private final Visibility visibility;
    private final long readAt;

    CommittedRoom(Rooms rooms, RoomCell cell, Committed room, GapFilling filling, long readAt) {
        this.readAt = readAt;
        this.rooms = rooms;
        this.cell = cell;
        this.room = room;
        this.filling = filling;
        this.visibility = new Visibility(room.state(), this::state);
    }

    @Override
    public RoomIdentity identity() {
        return cell.identity();
    }

    @Override
    public RoomStatus status() {
        return room.status();
    }

    @Override
    public RoomHead head() {
        return room.head();
    }

    @Override
    public StateMap state(int snap) {
        return snap == 0
                ? StateMap.EMPTY
                : room.state()
                        .state(snap)
                        .orElseGet(() -> rooms.snapshots().state(cell.nid(), snap));
    }

    @Override
    public Optional<StoredEvent> stateEvent(int snap, StateKey key) {
        int ev = state(snap).find(key);
        return ev == StateMap.ABSENT
                ? Optional.empty()
                : events(new int[] {ev}).stream().findFirst();
    }

    @Override
    public List<StoredEvent> events(int[] evs) {
        return rooms.events().byNumber(cell.nid(), evs);
    }

    @Override
    public Optional<StoredEvent> event(EventId eventId) {
        return rooms.store().events(cell.nid(), Set.of(eventId)).values().stream()
                .findFirst()
                .map(row -> stored(List.of(row)).getFirst());
    }

    private List<StoredEvent> stored(List<EventRow> rows) {
        return rooms.events().of(cell.nid(), rows, readAt);
    }

    @Override
    public int snapAt(Vector cut) {
        if (cut.covers(room.head().lastPos()) && !room.tail().isEmpty()) {
            return room.head().snap();
        }
        return newestWithin(cut).map(EventRow::roomSnap).orElse(0);
    }

    private Optional<EventRow> newestWithin(Vector cut) {
        for (EventRow row : room.tail().reversed()) {
            if (cut.covers(row.pos())) {
                return Optional.of(row);
            }
        }
        return room.whole()
                ? Optional.empty()
                : live(Vector.ZERO, cut, 1).stream().findFirst();
    }

    /// Live rows after `since` within `upTo` from the store, newest first.
    private List<EventRow> live(Vector since, Vector upTo, int limit) {
        List<EventRow> rows = new ArrayList<>();
        for (long position : upTo.positions()) {
            long after = since.at(Position.slot(position));
            rows.addAll(rooms.store().live(cell.nid(), after, position, limit));
        }
        rows.sort(Comparator.comparingLong(EventRow::tl).reversed());
        return rows.size() > limit ? rows.subList(0, limit) : rows;
    }

    @Override
    public LivePage since(Vector since, Vector upTo, int limit) {
        int most = Math.clamp(limit, 0, PAGE_MAX);
        List<EventRow> newestFirst = newer(since, upTo, most + 1);
        boolean limited = newestFirst.size() > most;
        List<EventRow> page =
                new ArrayList<>(newestFirst.subList(0, Math.min(most, newestFirst.size())));
        Collections.reverse(page);
        int firstAfterGap = firstAfterGap(page);
        limited |= firstAfterGap > 0 || (!page.isEmpty() && isAboveGap(page.getFirst()));
        page = page.subList(Math.max(0, firstAfterGap), page.size());
        long start = page.isEmpty() ? start(upTo) : page.getFirst().tl();
        return new LivePage(
                stored(page),
                limited,
                start,
                page.isEmpty() ? snapAt(upTo) : snapBefore(page.getFirst()));
    }

    /// Where a page backwards starts that shall show all of the cut.
    private long start(Vector upTo) {
        return newestWithin(upTo).map(row -> row.tl() + 1).orElse(room.head().tlTop() + 1);
    }

    private List<EventRow> newer(Vector since, Vector upTo, int limit) {
        List<EventRow> tail = room.tail();
        boolean reaches = room.whole()
                || (!tail.isEmpty() && since.covers(tail.getFirst().pos()))
                || tail.stream().filter(row -> upTo.covers(row.pos())).count() >= limit;
        if (!reaches) {
            return live(since, upTo, limit);
        }
        List<EventRow> rows = new ArrayList<>();
        for (EventRow row : tail.reversed()) {
            if (upTo.covers(row.pos()) && !since.covers(row.pos()) && rows.size() < limit) {
                rows.add(row);
            }
        }
        return rows;
    }

    /// Index of the newest row of the page that has a gap below it.
    private int firstAfterGap(List<EventRow> page) {
        for (int i = page.size() - 1; i > 0; i--) {
            if (isAboveGap(page.get(i))) {
                return i;
            }
        }
        return 0;
    }

    private boolean isAboveGap(EventRow row) {
        return room.state().gaps().stream().anyMatch(gap -> gap.tlAbove() == row.tl());
    }

    /// The room's state just before a live event: that after the live event before it.
    private int snapBefore(EventRow first) {
        int at = room.tail().indexOf(first);
        if (at > 0) {
            return room.tail().get(at - 1).roomSnap();
        }
        return rooms.store().timeline(cell.nid(), first.tl(), true, 1).stream()
                .findFirst()
                .filter(row -> row.roomSnap() > 0)
                .map(EventRow::roomSnap)
                .orElse(first.snapBefore());
    }

    @Override
    public Recent recent() {
        List<EventRow> tail = room.tail();
        long from = tail.isEmpty() ? room.head().tlTop() : tail.getFirst().tl() - 1;
        return new Recent(room.shape(), Math.max(from, room.shapedTl()), tail);
    }

    @Override
    public TimelinePage page(long from, boolean backwards, int limit) {
        int most = Math.clamp(limit, 1, PAGE_MAX);
        List<EventRow> rows = rooms.store().timeline(cell.nid(), from, backwards, most + 1);
        Optional<GapChange> gap = backwards ? gapBelow(from) : Optional.empty();
        if (gap.isPresent()) {
            long edge = gap.get().tlAbove();
            rows = rows.stream().filter(row -> row.tl() >= edge).toList();
        }
        boolean more = rows.size() > most;
        List<EventRow> page = more ? rows.subList(0, most) : rows;
        boolean atGap = !more && gap.isPresent();
        long end = page.isEmpty() ? from : page.getLast().tl();
        return new TimelinePage(
                stored(page), atGap ? gap.get().tlAbove() : end, atGap, !more && !atGap);
    }

    /// The first gap that a page backwards from here reaches, as the room is now: what this
    /// view has filled is no gap any more. What was purged is no gap to fill.
    private Optional<GapChange> gapBelow(long from) {
        return cell.committed().state().gaps().stream()
                .filter(gap -> gap.reason() != GapReason.PURGED && gap.tlAbove() <= from)
                .max(Comparator.comparingLong(GapChange::tlAbove));
    }

    @Override
    public boolean fill(long tl, int limit) {
        return gapBelow(tl).map(gap -> filling.fill(cell, gap, limit)).orElse(false);
    }

    @Override
    public boolean visible(StoredEvent event, UserId reader) {
        return visibility.maySee(event, reader);
    }

    @Override
    public List<JsonObject> strippedState(UserId user) {
        Optional<byte[]> told = rooms.identities()
                .knownUserNid(user)
                .flatMap(userNid -> rooms.store().strippedState(cell.nid(), userNid));
        if (room.head().snap() != 0 && room.status() == RoomStatus.JOINED) {
            return ownStripped(user);
        }
        return told.map(CommittedRoom::objects).orElse(List.of());
    }

    private List<JsonObject> ownStripped(UserId user) {
        var state = room.state().authState(room.state().current());
        List<Pdu> shown = new ArrayList<>(StrippedState.select(state));
        Optional<Pdu> member = state.get(StateKey.member(user));
        member.map(Pdu::sender)
                .filter(sender -> !sender.equals(user))
                .flatMap(sender -> state.get(StateKey.member(sender)))
                .ifPresent(shown::add);
        return shown.stream().map(event -> StrippedState.strip(event.json())).toList();
    }

    private static List<JsonObject> objects(byte[] json) {
        List<JsonObject> objects = new ArrayList<>();
        if (JsonParser.parse(json, STRIPPED) instanceof JsonResult.Parsed(JsonArray array)) {
            for (JsonValue value : array) {
                if (value instanceof JsonObject object) {
                    objects.add(object);
                }
            }
        }
        return objects;
    }
}
