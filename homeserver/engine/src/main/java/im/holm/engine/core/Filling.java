package im.holm.engine.core;

import im.holm.engine.core.Placing.Place;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.Receipt.AtPlace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Puts history into a gap of the timeline: keys descend from its upper edge, parents below
/// children.
final class Filling {

    /// The steps between timeline keys inside a gap, from the one taken while there is room.
    private static final long[] STEPS = {RoomHead.TL_STEP, 1L << 10, 1};

    private final RoomDraft draft;
    private final Placing placing;
    private final Map<EventId, RoomInput.StateBefore> states;
    private final Set<EventId> stillMissing = new LinkedHashSet<>();
    private int placed;

    Filling(RoomDraft draft, Instant now, Map<EventId, RoomInput.StateBefore> states) {
        this.draft = draft;
        this.placing = new Placing(draft, now);
        this.states = states;
    }

    /// @return whether an event got its place
    boolean fill(GapChange gap, List<VerifiedPdu> events) {
        List<VerifiedPdu> fresh =
                parentsFirst(events.stream().filter(this::lacksPlace).toList());
        long step = step(gap, fresh.size());
        if (step == 0) {
            return false;
        }
        long lowest = gap.tlAbove();
        for (int i = fresh.size(); i > 0; i--) {
            VerifiedPdu event = fresh.get(fresh.size() - i);
            long tl = gap.tlAbove() - i * step;
            if (put(event, tl)) {
                lowest = Math.min(lowest, tl);
            }
        }
        if (placed > 0) {
            narrow(gap, lowest);
            Repairing.repair(draft, draft.connected);
        }
        return placed > 0;
    }

    private boolean lacksPlace(VerifiedPdu event) {
        return event.pdu().roomId().equals(draft.roomId())
                && draft.event(event.eventId())
                        .filter(known -> known.row().hasPlace())
                        .isEmpty();
    }

    private static long step(GapChange gap, int count) {
        boolean openBelow = gap.tlBelow() == EventRow.NO_TL;
        for (long step : STEPS) {
            if (openBelow || gap.tlAbove() - gap.tlBelow() > 2 * step * (count + 1)) {
                return step;
            }
        }
        return !openBelow && gap.tlAbove() - gap.tlBelow() > count ? 1 : 0;
    }

    private boolean put(VerifiedPdu verified, long tl) {
        Pdu event = verified.pdu();
        RoomInput.StateBefore told = states.get(event.eventId());
        Optional<Snapshot> given =
                told == null ? Optional.empty() : Optional.of(Importing.state(draft, told));
        Set<Integer> prev = new TreeSet<>();
        Set<EventId> unknown = new LinkedHashSet<>();
        for (EventId id : event.prevEvents()) {
            draft.event(id)
                    .filter(known -> known.row().hasPlace())
                    .ifPresentOrElse(known -> prev.add(known.ev()), () -> unknown.add(id));
        }
        Optional<int[]> auth = Checking.authNumbers(draft, event);
        if (auth.isEmpty() || (!unknown.isEmpty() && given.isEmpty())) {
            return false;
        }
        int[] known = prev.stream().mapToInt(Integer::intValue).toArray();
        Optional<Snapshot> before = before(known, unknown.isEmpty() ? Optional.empty() : given);
        if (before.isEmpty()) {
            return false;
        }
        var at = new Place(known, auth.get(), before.get(), Optional.empty());
        AtPlace verdict =
                Checking.atPlace(draft, verified, auth.get(), before.get().map());
        var done = switch (verdict) {
            case AtPlace.Allowed(AllowedPdu allowed, var findings) ->
                placing.backfilled(allowed, at, tl);
            case AtPlace.Rejected rejected -> placing.rejected(verified, at);
        };
        unknown.forEach(id -> draft.missingEdge(id, done.ev()));
        stillMissing.addAll(unknown);
        Redacting.settle(draft, event.eventId());
        redactTarget(event, done.ev(), before.get(), verdict instanceof AtPlace.Allowed);
        placed++;
        return true;
    }

    private Optional<Snapshot> before(int[] prev, Optional<Snapshot> given) {
        Optional<Snapshot> walked = Resolving.after(draft, prev);
        if (given.isEmpty() || prev.length == 0) {
            return given.isPresent() ? given : walked;
        }
        return walked.map(state -> Resolving.resolve(draft, List.of(given.get(), state)));
    }

    /// History comes newest first: a redaction is here before its target, mostly.
    private void redactTarget(Pdu event, int ev, Snapshot before, boolean allowed) {
        if (!allowed || event.redacts().isEmpty()) {
            return;
        }
        Optional<KnownEvent> target = draft.event(event.redacts().get());
        if (target.isEmpty()) {
            Redacting.wait(draft, event.redacts().get(), ev);
        } else if (Redacting.mayRedact(draft, event, before.map(), target.get())) {
            Redacting.apply(draft, ev, target.get());
        }
    }

    private void narrow(GapChange gap, long lowest) {
        Set<EventId> open = new LinkedHashSet<>(gap.prev());
        open.addAll(stillMissing);
        open.removeIf(
                id -> draft.event(id).filter(known -> known.row().hasPlace()).isPresent());
        draft.gap(new GapChange(gap.gap(), gap.tlBelow(), lowest, gap.reason(), List.copyOf(open)));
        if (gap.tlBelow() == EventRow.NO_TL) {
            draft.head = draft.head.withTimeline(draft.head.tlTop(), lowest);
        }
    }

    /// Each event after those of its previous events that are among them; ties by
    /// (origin_server_ts, id). Events of a ring, and what follows them, are left out.
    private static List<VerifiedPdu> parentsFirst(List<VerifiedPdu> events) {
        Map<EventId, VerifiedPdu> waiting = new LinkedHashMap<>();
        events.stream()
                .sorted(Comparator.comparingLong(
                                (VerifiedPdu event) -> event.pdu().originServerTs())
                        .thenComparing(VerifiedPdu::eventId))
                .forEach(event -> waiting.putIfAbsent(event.eventId(), event));
        List<VerifiedPdu> sorted = new ArrayList<>();
        while (!waiting.isEmpty()) {
            Set<EventId> done = new HashSet<>();
            for (VerifiedPdu event : waiting.values()) {
                if (event.pdu().prevEvents().stream().noneMatch(waiting::containsKey)) {
                    sorted.add(event);
                    done.add(event.eventId());
                }
            }
            if (done.isEmpty()) {
                break; // a ring: the ids of room versions 1 and 2 are no hashes
            }
            done.forEach(waiting::remove);
        }
        return sorted;
    }
}
