package im.holm.engine.core;

import im.holm.engine.core.Placing.Place;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomEffect.Verdict;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.Receipt.AtPlace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
///
/// History is what an event that counts follows, at whatever distance. What only soft-failed or
/// rejected events follow is new to this room: it is checked and placed as if it came now. What
/// nothing follows was not asked for and is left out.
final class Filling {

    /// The steps between timeline keys inside a gap, from the one taken while there is room.
    private static final long[] STEPS = {RoomHead.TL_STEP, 1L << 10, 1};

    private final RoomDraft draft;
    private final Instant now;
    private final Placing placing;
    private final Map<EventId, RoomInput.StateBefore> states;
    private final Set<EventId> stillMissing = new LinkedHashSet<>();
    private final Set<EventId> asked = new HashSet<>();
    private final Set<EventId> history = new HashSet<>();
    private final Map<EventId, Verdict> verdicts = new HashMap<>();
    private int placed;

    Filling(RoomDraft draft, Instant now, Map<EventId, RoomInput.StateBefore> states) {
        this.draft = draft;
        this.now = now;
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
        sort(gap, fresh);
        long lowest = gap.tlAbove();
        for (int i = fresh.size(); i > 0; i--) {
            VerifiedPdu event = fresh.get(fresh.size() - i);
            long tl = gap.tlAbove() - i * step;
            if (asked.contains(event.eventId()) && put(event, tl)) {
                lowest = Math.min(lowest, tl);
            }
        }
        if (placed > 0) {
            narrow(gap, lowest);
            Repairing.repair(draft, draft.connected);
        }
        return placed > 0;
    }

    /// What became of an event that got its place.
    Verdict verdict(EventId id) {
        return verdicts.get(id);
    }

    /// Which of the events something follows, and which of them are history.
    private void sort(GapChange gap, List<VerifiedPdu> parentsFirst) {
        asked.addAll(gap.prev());
        for (VerifiedPdu event : parentsFirst.reversed()) {
            EventId id = event.eventId();
            boolean hasChild = draft.missing.has(id);
            if (hasChild) {
                asked.add(id);
            }
            if (hasChild ? draft.isFollowed(id) : gap.prev().contains(id)) {
                history.add(id);
            }
            if (asked.contains(id)) {
                asked.addAll(event.pdu().prevEvents());
            }
            if (history.contains(id)) {
                history.addAll(event.pdu().prevEvents());
            }
        }
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
        int ev = history.contains(event.eventId())
                ? intoHistory(verified, known, auth.get(), before.get(), tl)
                : asNew(verified, known, auth.get(), before.get());
        unknown.forEach(id -> draft.missingEdge(id, ev));
        stillMissing.addAll(unknown);
        placed++;
        return true;
    }

    private int intoHistory(VerifiedPdu event, int[] prev, int[] auth, Snapshot before, long tl) {
        EventId id = event.eventId();
        var at = new Place(prev, auth, before, Optional.empty());
        AtPlace verdict = Checking.atPlace(draft, event, auth, before.map());
        int ev = switch (verdict) {
            case AtPlace.Allowed(AllowedPdu allowed, var findings) -> {
                int done = placing.backfilled(allowed, at, tl).ev();
                verdicts.put(id, new Verdict.Accepted(event, done, EventRow.NO_FACT));
                yield done;
            }
            case AtPlace.Rejected rejected -> {
                verdicts.put(
                        id, new Verdict.Rejected(id, Checking.reason(draft, rejected.failure())));
                yield placing.rejected(event, at).ev();
            }
        };
        Redacting.settle(draft, id);
        redactTarget(event.pdu(), ev, before, verdict instanceof AtPlace.Allowed);
        return ev;
    }

    private int asNew(VerifiedPdu event, int[] prev, int[] auth, Snapshot before) {
        verdicts.put(event.eventId(), new Receiving(draft, now).decide(event, prev, auth, before));
        return draft.byId.get(event.eventId());
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
