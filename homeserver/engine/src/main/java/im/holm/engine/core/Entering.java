package im.holm.engine.core;

import im.holm.engine.core.Placing.Place;
import im.holm.engine.core.Placing.Placed;
import im.holm.engine.core.RoomAppend.GapChange;
import im.holm.engine.core.RoomEffect.Answer;
import im.holm.engine.core.RoomEffect.Refusal;
import im.holm.engine.core.RoomEffect.Verdict;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.receipt.AllowedPdu;
import im.holm.protocol.receipt.AuthorizedPdu;
import im.holm.protocol.receipt.Receipt;
import im.holm.protocol.receipt.Receipt.AtPlace;
import im.holm.protocol.receipt.Receipt.Now;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// An event whose ancestors we lack, with the state before it as another server tells it: our join
/// through that server, or the oldest event that could be had after an outage. Below it the
/// timeline has a gap.
final class Entering {

    private final RoomDraft draft;
    private final Instant now;

    Entering(RoomDraft draft, Instant now) {
        this.draft = draft;
        this.now = now;
    }

    StepResult enter(RoomInput.WithState input) {
        VerifiedPdu event = input.event();
        Pdu pdu = event.pdu();
        Optional<KnownEvent> known = draft.event(pdu.eventId());
        if (known.filter(before -> before.row().hasPlace()).isPresent()) {
            var verdict = new Verdict.Known(pdu.eventId(), known.get().ev());
            return new StepResult(draft.base, List.of(new Answer(verdict)));
        }
        pdu.prevEvents().forEach(draft::event);
        pdu.redacts().ifPresent(draft::event);
        if (!draft.wanted.isEmpty()) {
            return RoomStep.lacking(draft);
        }
        Snapshot told =
                Importing.state(draft, new RoomInput.StateBefore(input.state(), input.authChain()));
        if (!told.map().has(StateKey.CREATE)) {
            return RoomStep.refused(
                    draft.base, Refusal.UNUSABLE, "the state has no acceptable create event");
        }
        Optional<int[]> auth = Checking.authNumbers(draft, pdu);
        if (auth.isEmpty()) {
            return RoomStep.refused(
                    draft.base,
                    Refusal.UNUSABLE,
                    "the event's auth events are not among the state");
        }
        StepResult result =
                input.joining() ? join(event, told, auth.get()) : follow(event, told, auth.get());
        return draft.wanted.isEmpty() ? result : RoomStep.lacking(draft);
    }

    /// Our own join: the state that came with it is the room's state from now on.
    private StepResult join(VerifiedPdu event, Snapshot before, int[] auth) {
        return switch (Checking.atPlace(draft, event, auth, before.map())) {
            case AtPlace.Rejected rejected ->
                RoomStep.refused(
                        draft.base,
                        Refusal.UNUSABLE,
                        "the state that came with the join does not allow it: "
                                + Checking.reason(draft, rejected.failure()));
            case AtPlace.Allowed(AllowedPdu allowed, var findings) -> {
                draft.head = draft.head.withExtremities(IntSets.EMPTY);
                AuthorizedPdu joined = Receipt.nothingSince(allowed).event();
                Placed placed = placeAboveGap(joined, before, auth);
                yield draft.finish(List.of(RoomStep.accepted(event, placed)));
            }
        };
    }

    /// The first event after an outage. The old ends of the room stay ends until somebody
    /// follows both.
    private StepResult follow(VerifiedPdu event, Snapshot told, int[] auth) {
        Snapshot before = told;
        int[] known = knownPrev(event.pdu());
        if (known.length > 0) {
            Optional<Snapshot> walked = Resolving.after(draft, known);
            if (walked.isEmpty()) {
                return RoomStep.lacking(draft);
            }
            before = Resolving.resolve(draft, List.of(told, walked.get()));
        }
        Optional<AuthorizedPdu> authorized = authorized(event, before, auth);
        if (authorized.isEmpty()) {
            var verdict = new Receiving(draft, now).decide(event, known, auth, before);
            List<EventId> unknown = missingEdges(event.pdu());
            if (verdict instanceof Verdict.SoftFailed && !unknown.isEmpty()) {
                gapAtTheTop(unknown);
            }
            return draft.finish(List.of(new Answer(verdict)));
        }
        Placed placed = placeAboveGap(authorized.get(), before, auth);
        KnownEvent edge = draft.event(placed.ev()).orElseThrow();
        draft.change(
                edge.with(edge.row().withFlags(edge.row().flags() | EventFlags.PARTIAL_STATE)),
                Optional.empty());
        return draft.finish(List.of(RoomStep.accepted(event, placed)));
    }

    private Optional<AuthorizedPdu> authorized(VerifiedPdu event, Snapshot before, int[] auth) {
        return switch (Checking.atPlace(draft, event, auth, before.map())) {
            case AtPlace.Rejected rejected -> Optional.empty();
            case AtPlace.Allowed(AllowedPdu allowed, var findings) ->
                Checking.now(draft, allowed, before)
                                instanceof Now.Authorized(var passed, var found)
                        ? Optional.of(passed)
                        : Optional.empty();
        };
    }

    /// An event that is not shown has no place that a gap could lie below; what it follows is
    /// history that the others have, and has to be fetched all the same.
    private void gapAtTheTop(List<EventId> unknown) {
        long top = draft.head.tlTop();
        long above = top + Placing.GAP_SPAN;
        draft.gap(new GapChange(draft.nextGap, top, above, GapReason.MISSED, unknown));
        draft.head = draft.head.withTimeline(above, draft.head.tlBottom());
    }

    private Placed placeAboveGap(AuthorizedPdu event, Snapshot before, int[] auth) {
        Pdu pdu = event.pdu();
        long top = draft.head.tlTop();
        boolean first = draft.head.tlBottom() == 0;
        int[] prev = knownPrev(pdu);
        var place = new Place(prev, auth, before, Optional.empty());
        Placed placed = new Placing(draft, now).liveAfterGap(event, place);
        List<EventId> unknown = missingEdges(pdu);
        if (!unknown.isEmpty()) {
            long tl = draft.event(placed.ev()).orElseThrow().row().tl();
            draft.gap(new GapChange(
                    draft.nextGap,
                    first ? EventRow.NO_TL : top,
                    tl,
                    first ? GapReason.JOINED : GapReason.MISSED,
                    unknown));
        }
        return placed;
    }

    private int[] knownPrev(Pdu pdu) {
        Set<Integer> numbers = new TreeSet<>();
        for (EventId id : pdu.prevEvents()) {
            draft.event(id)
                    .filter(known -> known.row().hasPlace())
                    .ifPresent(known -> numbers.add(known.ev()));
        }
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private List<EventId> missingEdges(Pdu pdu) {
        Set<EventId> unknown = new LinkedHashSet<>(pdu.prevEvents());
        unknown.removeIf(
                id -> draft.event(id).filter(known -> known.row().hasPlace()).isPresent());
        int child = draft.byId.get(pdu.eventId());
        unknown.forEach(id -> draft.missingEdge(id, child));
        return List.copyOf(unknown);
    }
}
