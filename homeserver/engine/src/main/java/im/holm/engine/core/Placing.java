package im.holm.engine.core;

import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.AuthorizedPdu;
import im.holm.protocol.state.StateMap;

import java.time.Instant;
import java.util.Optional;

/// Puts an event into the room: its row, its snapshots, the ends of the DAG, the current state and
/// who is in it.
final class Placing {

    /// Distance that is left below a live event that follows a gap: room for 16,384 events at
    /// the usual step.
    static final long GAP_SPAN = RoomHead.TL_STEP << 14;

    /// How an event stands; see the table of event classes in docs/engine.md.
    private enum Standing {
        LIVE(0),
        HIDDEN(EventFlags.HIDDEN),
        SOFT_FAILED(EventFlags.SOFT_FAILED),
        REJECTED(EventFlags.REJECTED),
        BACKFILLED(EventFlags.BACKFILLED);

        private final int flag;

        Standing(int flag) {
            this.flag = flag;
        }
    }

    private final RoomDraft draft;
    private final Instant now;

    Placing(RoomDraft draft, Instant now) {
        this.draft = draft;
        this.now = now;
    }

    /// @param prev numbers of the known previous events
    /// @param auth numbers of the auth events
    /// @param before state before the event
    /// @param txn who sent it with which transaction id, if a local device did
    record Place(int[] prev, int[] auth, Snapshot before, Optional<TxnKey> txn) {}

    /// At the top of the timeline.
    ///
    /// @return its number, and the fact that tells of it
    Placed live(AuthorizedPdu event, Place place) {
        return place(event.pdu(), place, Standing.LIVE, RoomHead.TL_STEP, EventRow.NO_TL);
    }

    /// At the top of the timeline, with a gap below it.
    Placed liveAfterGap(AuthorizedPdu event, Place place) {
        return place(event.pdu(), place, Standing.LIVE, GAP_SPAN, EventRow.NO_TL);
    }

    /// In the room, but not shown.
    Placed hidden(AuthorizedPdu event, Place place) {
        return place(event.pdu(), place, Standing.HIDDEN, 0, EventRow.NO_TL);
    }

    /// At its place in history.
    Placed backfilled(AllowedPdu event, Place place, long tl) {
        return place(event.pdu(), place, Standing.BACKFILLED, 0, tl);
    }

    /// Allowed at its place, but not by the current state.
    Placed softFailed(AllowedPdu event, Place place) {
        return place(event.pdu(), place, Standing.SOFT_FAILED, 0, EventRow.NO_TL);
    }

    /// Not allowed; kept so that it is known when others refer to it.
    Placed rejected(VerifiedPdu event, Place place) {
        return place(event.pdu(), place, Standing.REJECTED, 0, EventRow.NO_TL);
    }

    record Placed(int ev, int fact) {}

    private Placed place(Pdu checked, Place place, Standing standing, long step, long historyTl) {
        Optional<KnownEvent> outlier =
                Optional.ofNullable(draft.byId.get(checked.eventId())).flatMap(draft::event);
        // What was redacted while it was an outlier does not come back with its place.
        Optional<KnownEvent> redacted = outlier.filter(known -> known.has(EventFlags.REDACTED));
        Pdu event = redacted.map(KnownEvent::pdu).orElse(checked);
        int ev = outlier.map(KnownEvent::ev).orElse(draft.head.nextEv());
        boolean live = standing == Standing.LIVE;
        long tl = live ? draft.head.tlTop() + step : historyTl;
        int fact = live ? draft.fact(new RoomFact.Live(ev)) : EventRow.NO_FACT;
        EventRow row = row(ev, event, place, EventTraits.flags(event) | standing.flag, tl, fact);
        if (redacted.isPresent()) {
            row = row.redacted(redacted.get().row().redactedBy(), event.canonicalBytes());
        }
        put(new KnownEvent(row, event), outlier.isPresent());
        Snapshot after = after(event, ev, place.before(), standing);
        if (after.snap() != row.snapAfter()) {
            put(new KnownEvent(row.withSnapshots(after.snap(), 0), event), true);
        }
        moveExtremities(ev, event.eventId(), place.prev(), standing);
        Snapshot current = current();
        CurrentState.change(draft, current, fact);
        row = row.withSnapshots(after.snap(), live ? current.snap() : 0);
        put(new KnownEvent(row, event), true);
        if (live) {
            raise(row);
        }
        connect(event.eventId(), ev);
        return new Placed(ev, fact);
    }

    private void put(KnownEvent event, boolean isThere) {
        if (isThere) {
            draft.change(event, Optional.empty());
        } else {
            draft.add(event);
        }
    }

    private EventRow row(int ev, Pdu event, Place place, int flags, long tl, int fact) {
        return new EventRow(
                ev,
                event.eventId(),
                flags,
                tl,
                0,
                fact,
                event.type(),
                event.stateKey(),
                event.sender(),
                event.depth(),
                event.originServerTs(),
                place.prev(),
                place.auth(),
                place.before().snap(),
                place.before().snap(),
                0,
                relation(event),
                place.txn(),
                0,
                event.sharedBytes());
    }

    private Optional<EventRow.Relation> relation(Pdu event) {
        Optional<Integer> target = EventTraits.relationTarget(event.content()).map(draft.byId::get);
        return EventTraits.relation(event)
                .flatMap(type -> target.map(ev -> new EventRow.Relation(type, ev)));
    }

    private Snapshot after(Pdu event, int ev, Snapshot before, Standing standing) {
        if (!event.isState() || standing == Standing.REJECTED) {
            return before;
        }
        StateMap map = before.map().put(event.statePlace().orElseThrow(), ev);
        return Resolving.snapshotOf(draft, before, map);
    }

    /// Live and hidden events become extremities, unless something that counts follows them
    /// already: what soft-fails or is rejected takes the place of no end, whichever comes
    /// first.
    private void moveExtremities(int ev, EventId id, int[] prev, Standing standing) {
        if (standing == Standing.SOFT_FAILED || standing == Standing.REJECTED) {
            return;
        }
        int[] ends = IntSets.minus(IntSets.sorted(draft.head.extremities()), IntSets.sorted(prev));
        boolean hasChild = standing == Standing.BACKFILLED || draft.isFollowed(id);
        draft.head = draft.head.withExtremities(hasChild ? ends : IntSets.plus(ends, ev));
    }

    /// The state over the extremities.
    private Snapshot current() {
        return Resolving.after(draft, draft.head.extremities()).orElse(draft.current());
    }

    private void raise(EventRow row) {
        long bottom = draft.head.tlBottom() == 0 ? row.tl() : draft.head.tlBottom();
        draft.head = draft.head.withTimeline(row.tl(), bottom);
        if (row.has(EventFlags.COUNTABLE)) {
            draft.head = draft.head.withMessage(row.ev(), bumpMs(row));
        } else if (draft.head.bumpMs() == 0) {
            draft.head = draft.head.withMessage(0, bumpMs(row));
        }
    }

    /// Never in the future, whatever the sender's clock says.
    private long bumpMs(EventRow row) {
        return Math.max(draft.head.bumpMs(), Math.min(row.originTs(), now.toEpochMilli()));
    }

    /// Edges that waited for this event now lead to it.
    private void connect(EventId id, int ev) {
        for (int child : draft.missing.getOr(id, IntSets.EMPTY)) {
            Optional<KnownEvent> event = draft.event(child);
            if (event.isEmpty()) {
                draft.wanted.ev(child);
            } else {
                EventRow row = event.get().row();
                draft.change(
                        event.get().with(row.withPrev(IntSets.plus(row.prev(), ev))),
                        Optional.empty());
                draft.connected.add(child);
            }
        }
        draft.satisfied(id);
    }
}
